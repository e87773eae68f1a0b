import json
from dataclasses import replace
from pathlib import Path

import pytest

from experiments.errors import UserError
from experiments.searching.warm_start import warm_start
from search.space import Space
from search.starts.references import RESNET8
from search.task import Task

TASK, BESIDES = Task(input_shape=(8, 8, 1), classes=10), Path("this run")
SPACE = Space(depths=(1, 2, 3), stem_strides=(1, 2))


def test_none_is_nothing_and_known_is_what_the_space_has_of_it():
    assert warm_start("none", SPACE, TASK, besides=BESIDES) == []
    space = Space(
        stem_widths=(16,), blocks=("basic",), widths=(16, 32, 64), depths=(1,), kernels=(3,), projections=(True,)
    )
    assert warm_start("known", SPACE, RESNET8.task, besides=BESIDES) == []
    assert warm_start("known", space, RESNET8.task, besides=BESIDES) == [RESNET8]


def test_a_file_of_genotypes_gives_those_of_the_space(tmp_path, genotypes):
    path = tmp_path / "mine.json"
    path.write_text(json.dumps([genotypes(1).to_record(), genotypes(2, input_shape=(9, 9, 1)).to_record()]))
    lines = []
    assert warm_start(str(path), SPACE, TASK, besides=BESIDES, say=lines.append) == [genotypes(1)]
    (line,) = lines
    assert "budget: 1; not of the space: 1 (inputs of 9 x 9, not 8 x 8)" in line
    path.write_text(replace(genotypes(3), input_shape=(8, 8, 3), classes=4).to_json())
    assert warm_start(str(path), SPACE, TASK, besides=BESIDES) == [genotypes(3)]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("[]", "none of its 0"),
        ("{}", "not a genotype"),
        (json.dumps({**RESNET8.to_record(), "input_shape": [8]}), "not height, width and channels"),
        (json.dumps({**RESNET8.to_record(), "stem_kernel": [3, 3]}), "not a genotype"),
        ("nothing", "not a genotype"),
        (None, "cannot be read"),
    ],
)
def test_files_that_are_none_are_refused(tmp_path, content, told):
    path = tmp_path / "mine.json"
    if content is not None:
        path.write_text(content)
    with pytest.raises(UserError, match=told):
        warm_start(str(path), SPACE, TASK, besides=BESIDES)


def test_a_student_of_another_size_is_refused(tmp_path, genotypes):
    path = tmp_path / "mine.json"
    path.write_text(genotypes(1, input_shape=(9, 8, 1)).to_json())
    with pytest.raises(UserError, match="none of its 1 students .*inputs of 9 x 8, not 8 x 8"):
        warm_start(str(path), SPACE, TASK, besides=BESIDES)


def test_a_choice_that_the_space_lacks_is_named(tmp_path, genotypes):
    path = tmp_path / "mine.json"
    path.write_text(genotypes(1).to_json())
    with pytest.raises(UserError, match="the space has 7"):
        warm_start(str(path), Space(stem_widths=(7,)), TASK, besides=BESIDES)


def test_a_run_that_is_not_there_is_told(home):
    with pytest.raises(UserError, match="no other run of it"):
        warm_start("digits", SPACE, TASK, besides=BESIDES)
