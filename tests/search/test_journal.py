from dataclasses import asdict, dataclass, field
from typing import ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.journal import Journal, JournalDamaged, PlainRecord, read_journal


@dataclass(frozen=True, kw_only=True)
class Trained(PlainRecord):
    kind: ClassVar[str] = "trial"

    trial: str
    values: dict = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Ended(PlainRecord):
    kind: ClassVar[str] = "finished"

    outcome: list


@dataclass(frozen=True, kw_only=True)
class Unseen(PlainRecord):
    kind: ClassVar[str] = "nothing"


def filled(path):
    journal = Journal(path)
    journal.append(Trained(trial="00", values={"width": 8}))
    journal.append(Trained(trial="01"))
    journal.append(Ended(outcome=[1, 2]))
    return journal


def trials(journal):
    return [record.trial for record in journal.records(Trained)]


def test_reopened_journal_holds_what_was_appended(tmp_path):
    path = tmp_path / "journal.jsonl"
    filled(path)
    again = Journal(path)
    assert trials(again) == ["00", "01"]
    assert again.last(Ended) == Ended(outcome=[1, 2])
    assert again.records(Trained)[0].values == {"width": 8}
    assert read_journal(path)[2] == {"kind": "finished", "outcome": [1, 2]}
    assert again.last(Unseen) is None
    again.append(Trained(trial="02"))
    assert len(read_journal(path)) == 4


def test_a_part_shares_the_file_and_neither_counts_the_others_records(tmp_path):
    path = tmp_path / "journal.jsonl"
    whole = filled(path)
    part = whole.part("baseline").part("random 0")
    part.append(Trained(trial="00"))
    assert trials(whole) == ["00", "01"]
    assert trials(part) == ["00"]
    assert part.last(Ended) is None
    whole.append(Trained(trial="02"))
    assert len(part.records(Trained)) == 1
    again = Journal(path)
    assert len(again.records(Trained)) == 3
    assert again.part("baseline").part("random 0").last(Trained).trial == "00"


@given(data=st.data())
def test_a_cut_at_any_byte_loses_only_the_torn_line(tmp_path_factory, data):
    path = tmp_path_factory.mktemp("journal") / "journal.jsonl"
    filled(path)
    content = path.read_bytes()
    cut = data.draw(st.integers(0, len(content)))
    path.write_bytes(content[:cut])
    whole = content[:cut].count(b"\n")
    journal = Journal(path)
    assert len(read_journal(path)) == whole
    journal.append(Trained(trial="09"))
    assert len(Journal(path).records(Trained)) == min(whole, 2) + 1


@pytest.mark.parametrize("line", [0, 1])
def test_damage_before_the_end_is_named_and_never_skipped(tmp_path, line):
    path = tmp_path / "journal.jsonl"
    filled(path)
    lines = path.read_text().splitlines(keepends=True)
    lines[line] = lines[line].replace("0", "1", 1)
    path.write_text("".join(lines))
    with pytest.raises(JournalDamaged, match=f"line {line + 1} of 3"):
        Journal(path)
    assert path.read_text() == "".join(lines)


@dataclass(frozen=True)
class Width:
    kind: ClassVar[str] = "width"

    pixels: int

    def to_record(self):
        return asdict(self)

    @classmethod
    def from_record(cls, record):
        return cls(record["pixels"])


def test_typed_records_come_back_as_values_from_their_own_part_alone(tmp_path):
    journal = filled(tmp_path / "journal.jsonl")
    assert journal.last(Width) is None
    assert [journal.append(Width(number)) for number in (8, 16)] == [Width(8), Width(16)]
    journal.part("other").append(Width(1))
    again = Journal(journal.path)
    assert again.records(Width) == [Width(8), Width(16)]
    assert again.last(Width) == Width(16)
    assert again.part("other").records(Width) == [Width(1)]
    assert read_journal(journal.path)[-3:-1] == [{"kind": "width", "pixels": number} for number in (8, 16)]
