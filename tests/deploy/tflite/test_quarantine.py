"""Damaged files: whatever is wrong with them, the process that asks goes on."""

import random

import pytest

from deploy.errors import FileRefused
from deploy.tflite.quarantine import quarantine

_WORDS = (0xFFFFFFFF, 0x7FFFFFFF, 0x80000000, 0, 1)


@pytest.fixture(scope="module")
def require_harmless():
    with quarantine() as found:
        yield found


def mutant(content: bytes, seed: int) -> bytes:
    """A damaged copy: bits, blocks, a cut, or words where the structure is, which are most of those that do harm."""
    rng, damaged = random.Random(seed), bytearray(content)
    place = rng.randrange(len(damaged) - 64)
    kind = seed % 8
    if kind == 0:
        for _ in range(rng.choice([1, 4, 32])):
            damaged[rng.randrange(len(damaged))] ^= 1 << rng.randrange(8)
    elif kind == 1:
        damaged[place : place + 64] = rng.randbytes(64)
    elif kind == 2:
        del damaged[place:]
    elif kind == 3:
        damaged[place : place + 64] = bytes(64)
    else:
        for _ in range(rng.choice([1, 2, 8])):
            start = rng.choice([rng.randrange(400), rng.randrange(len(damaged) - 3_000, len(damaged) - 8)]) & ~3
            word = rng.choice([*_WORDS, rng.randrange(64), rng.randrange(2**32)])
            damaged[start : start + 4] = word.to_bytes(4, "little")
    return bytes(damaged)


def test_a_good_file_is_harmless(require_harmless, student_bytes):
    require_harmless(student_bytes)


def test_none_of_400_damaged_files_ends_this_process(require_harmless, student_bytes):
    refused = 0
    for seed in range(400):
        try:
            require_harmless(mutant(student_bytes, seed))
        except FileRefused:
            refused += 1
    assert 100 < refused < 400
    require_harmless(student_bytes)


def test_a_crash_is_told_as_damage(student_bytes, monkeypatch):
    monkeypatch.setattr("deploy.tflite.quarantine._problem", crash)
    with quarantine() as require_harmless, pytest.raises(FileRefused, match="the interpreter crashed on it"):
        require_harmless(student_bytes)


def crash(_model_bytes):
    import os
    import signal

    os.kill(os.getpid(), signal.SIGSEGV)


@pytest.mark.parametrize("content", [b"", b"no model at all", bytes(100)])
def test_what_is_no_file_is_refused_at_once(require_harmless, content):
    with pytest.raises(FileRefused, match="not a .tflite"):
        require_harmless(content)
