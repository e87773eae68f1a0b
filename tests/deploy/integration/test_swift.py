"""There is no Swift compiler to be had here: generated code is parsed, and its numbers and labels are read back."""

import re
from dataclasses import replace

import numpy as np
import pytest

from deploy.integration import swift
from tests.deploy.integration.small_bundles import SOUND, small_bundle

AWKWARD = (
    "",
    'a "quoted" one',
    "back\\slash \\(interpolated)",
    "Käse",
    "two\nlines",
    "\x7f\u2028",
    "😀",
    "a\U000e0001b",
)
BUNDLES = {
    "grey": lambda: small_bundle(8, 8, 1),
    "colour": lambda: small_bundle(12, 16, 3),
    "sound": lambda: small_bundle(SOUND.frames, SOUND.mels, 1, SOUND),
    "levels": lambda: with_levels("int8"),
    "float": lambda: with_levels("float32"),
}


def with_levels(dtype: str):
    """A bundle whose file takes something else than shifted pixels."""
    bundle = small_bundle(8, 8, 1)
    levels = np.random.default_rng(0).normal(0, 50, 256).clip(-128, 127).astype(dtype)
    changed = dict(levels=tuple(map(float, levels)), input_dtype=dtype, output_dtype=dtype)
    return replace(bundle, preprocessing=replace(bundle.preprocessing, **changed))


def code(bundle, name: str) -> str:
    return swift.files(bundle)[f"integration/swift/{name}.swift"].decode()


@pytest.mark.parametrize("kind", BUNDLES)
def test_the_grammar_of_swift_takes_it(kind):
    tree_sitter = pytest.importorskip("tree_sitter", reason="tree-sitter is not installed")
    grammar = pytest.importorskip("tree_sitter_swift", reason="tree-sitter-swift is not installed")
    parser = tree_sitter.Parser(tree_sitter.Language(grammar.language()))
    for name in ("Preprocessing", "Classifier"):
        assert not parser.parse(code(BUNDLES[kind](), name).encode()).root_node.has_error
    assert parser.parse(b"let x = ").root_node.has_error


@pytest.mark.parametrize("dtype", ["int8", "float32"])
def test_levels_are_those_of_the_file(dtype):
    bundle = with_levels(dtype)
    listed = re.search(r"levels: \[(\w+)\] = \[(.*?)\]", code(bundle, "Preprocessing"), re.DOTALL)
    assert listed[1] == {"int8": "Int8", "float32": "Float"}[dtype]
    found = np.array([float(number) for number in listed[2].replace(",", " ").split()])
    np.testing.assert_array_equal(found.astype(dtype), np.array(bundle.preprocessing.levels, dtype))


def test_labels_survive_whatever_is_in_them():
    bundle = small_bundle(8, 8, 1)
    labels = (*AWKWARD, *bundle.labels)[: len(bundle.labels)]
    listed = re.search(
        r"labels: \[String\] = \[\n(.*?)\n    \]", code(replace(bundle, labels=labels), "Preprocessing"), re.DOTALL
    )
    assert [read(line.strip().removesuffix(",")) for line in listed[1].split("\n")] == list(labels)


def read(literal: str) -> str:
    """What a literal of Swift without interpolations stands for."""
    simple = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\"}
    body = literal.removeprefix('"').removesuffix('"')
    return re.sub(
        r"\\(?:u\{([0-9a-f]+)\}|(.))", lambda found: chr(int(found[1], 16)) if found[1] else simple[found[2]], body
    )


def test_quantization_is_the_files():
    of = small_bundle(12, 16, 3).preprocessing
    text = code(small_bundle(12, 16, 3), "Preprocessing")
    assert "Int8(Int($0) - 128)" in text
    zero_point, scale = re.search(r"\(Double\(\$0\)( [-+] \d+|)\) \* ([\d.e-]+) \}", text).groups()
    assert -int(zero_point.replace(" ", "") or 0) == of.output_zero_point
    assert float(scale) == of.output_scale
