"""Tables of texts, as people have them."""

import numpy as np
import pytest

from deploy.bundle.preprocessing import Text
from experiments.data.load import load
from experiments.data.settings import Data
from experiments.data.sources.table import open_table
from experiments.errors import UserError

ROWS = [
    (f"{word} {place} of number {number}", label)
    for number in range(20)
    for word, place, label in (("where", "city", "place"), ("who", "man", "person"))
]


def written(path, rows, header="text,label", separator=","):
    quoted = [separator.join(f'"{cell}"' for cell in row) for row in rows]
    path.write_text("\n".join([header, *quoted]) + "\n", encoding="utf-8")
    return path


def test_a_table_is_split_by_class_and_becomes_rows_of_tokens(tmp_path):
    data = load(Data(dataset=str(written(tmp_path / "my 'questions'.csv", ROWS))))
    assert data.labels == ("person", "place")
    assert data.rendering == Text(tokens=5, word_features=256, trigram_features=128)
    assert data.task.input_shape == (1, 5, 384)
    assert sum(map(len, (data.train, data.validation, data.load_test()))) == len(ROWS)


def test_columns_go_by_their_usual_names_or_the_one_that_is_named(tmp_path):
    tabs = written(tmp_path / "a.tsv", ROWS, "Sentence\tIntent", "\t")
    assert load(Data(dataset=str(tabs))).labels == ("person", "place")
    semicolons = written(tmp_path / "s.csv", ROWS, "text;label", ";")
    assert load(Data(dataset=str(semicolons))).labels == ("person", "place")
    other = written(tmp_path / "b.csv", [(text, "x", label) for text, label in ROWS], "text,note,kind")
    assert load(Data(dataset=str(other), label="kind")).labels == ("person", "place")


def test_a_column_or_a_file_for_each_split(tmp_path):
    splits = [(*row, "test" if number % 4 == 0 else "train") for number, row in enumerate(ROWS)]
    by_column = load(Data(dataset=str(written(tmp_path / "c.csv", splits, "text,label,split"))))
    assert len(by_column.load_test()) == len(ROWS) / 4
    folder = tmp_path / "by file"
    folder.mkdir()
    written(folder / "train.csv", ROWS[8:])
    written(folder / "test.csv", ROWS[:8])
    by_file = load(Data(dataset=str(folder)))
    assert len(by_file.load_test()) == 8
    assert len(by_file.train) + len(by_file.validation) == len(ROWS) - 8


def test_equal_texts_are_on_one_side(tmp_path):
    again = [(text.upper(), label) for text, label in ROWS]
    data = load(Data(dataset=str(written(tmp_path / "d.csv", ROWS + again))))
    sides = [{pixels.tobytes() for pixels in part.pixels} for part in (data.train, data.validation, data.load_test())]
    assert len(set.union(*sides)) == sum(map(len, sides)) == len(ROWS)
    assert "duplicates" in data.notes[0]


def test_whole_numbers_are_classes_in_their_order(tmp_path):
    rows = [(text, str(11 if label == "place" else 2)) for text, label in ROWS]
    assert load(Data(dataset=str(written(tmp_path / "e.csv", rows)))).labels == ("2", "11")


@pytest.mark.parametrize(
    ("header", "rows", "expected"),
    [
        ("text,other", ROWS, "none is called label: name the one that holds the class with --data.label"),
        ("first,second,label", [("a", "b", "x"), ("c", "d", "y")], "none is called text"),
        ("text,label", [(text, "one") for text, _ in ROWS], "1 different labels"),
        ("text,label", [*ROWS, ("without", " ")], "line 42 has no label"),
        ("text,label", [*ROWS, ("a", "place", "b")], "another number of columns"),
        ("text,label,split", [("a b", "place", "third")], "of the split 'third'"),
        ("text,label", [*ROWS, ("...", "place"), (" ", "place")], "a text without a word"),
        ("text,label", [*ROWS, ("a", 'unended "quote')], "cannot be read as a table"),
    ],
)
def test_other_tables_are_refused(tmp_path, header, rows, expected):
    path = written(tmp_path / "f.csv", rows, header)
    with pytest.raises(UserError, match=expected):
        load(Data(dataset=str(path)))


def test_other_encodings_are_refused_and_a_mark_is_none(tmp_path):
    path = written(tmp_path / "g.csv", ROWS)
    content = path.read_bytes()
    path.write_bytes(b"\xef\xbb\xbf" + content)
    assert len(load(Data(dataset=str(path))).labels) == 2
    path.write_bytes(content + "é,place\n".encode("latin1"))
    with pytest.raises(UserError, match="UTF-8"):
        load(Data(dataset=str(path)))


def test_damaged_rows_can_be_skipped(tmp_path):
    path = written(tmp_path / "h.csv", [*ROWS, (" ", "place")])
    data = load(Data(dataset=str(path), skip_damaged=True))
    assert sum(map(len, (data.train, data.validation, data.load_test()))) == len(ROWS)
    assert np.isin(data.train.labels, (0, 1)).all()


def test_free_text_is_no_class_and_columns_without_a_name_are_no_text(tmp_path):
    with pytest.raises(UserError, match="40 different labels in 40 rows, such as"):
        load(Data(dataset=str(written(tmp_path / "i.csv", [(text, text) for text, _ in ROWS]))))
    pandas = written(tmp_path / "j.csv", [(str(place), *row) for place, row in enumerate(ROWS)], ",phrase,label")
    assert load(Data(dataset=str(pandas))).labels == ("person", "place")


def test_numbers_of_any_length_have_one_order(tmp_path):
    rows = [(text, "1" * 5_000 if label == "place" else "01") for text, label in ROWS] + [("one more", "1")] * 9
    classes = open_table(written(tmp_path / "k.csv", rows), "label").classes
    assert classes == ("01", "1", "1" * 5_000)
