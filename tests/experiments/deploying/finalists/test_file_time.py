"""The time of finalists' files, on a simulated clock."""

import pytest

from experiments.deploying.finalists.file_time import FileTime
from experiments.hours.plan import Plan, Stage
from experiments.hours.rates import Rates
from experiments.hours.timetable import Timetable


def _files(seconds: float, beside_s: float, weights: list[float], guess_s: float = 10.0) -> tuple[list[bool], float]:
    """The files that are begun in so many seconds, and the time at the end; a training takes what it is given."""
    now = 0.0
    rates = Rates(student_images_per_s=1, quantized_images_per_s=1, start_s=guess_s / 2, file_s=guess_s / 2)
    plan = Plan(
        hours=seconds / 3600, rates=rates, stages=(Stage(name="deploy", seconds=seconds, work=""),), teacher_epochs=1,
        views=1, refine_views=1, trials=1, rung_epochs=(1, 1), survivors=(1,), refined=1, refine_epochs=1,
        compression_epochs=1, grows=False,
    )  # fmt: skip
    timetable = Timetable(plan=plan, clock=lambda: now, say=lambda line: None)
    time, files = FileTime(timetable, weights, clock=lambda: now), []
    for weight in weights:
        files.append(time.begin(needed=not any(files)))
        if files[-1]:
            now += beside_s + (time.phases.next(weight) if weight else 0)
            time.end()
    return files, now


@pytest.mark.parametrize("guess_s", [2.0, 10.0, 60.0])
def test_all_files_end_in_time_whatever_was_guessed_of_the_rest(guess_s):
    files, end = _files(600, 20, [0, 1, 2, 5], guess_s)
    assert files == [True] * 4
    assert 560 <= end <= 640


def test_files_that_there_is_no_time_for_are_left_out_but_never_the_first():
    assert _files(50, 20, [0, 1, 2, 5])[0] == [True, True, False, False]
    files, end = _files(1, 20, [0, 1, 2, 5])
    assert files == [True, False, False, False]
    assert end == 20
