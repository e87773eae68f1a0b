"""The plan of a run in hours."""

import itertools
import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from distill.recipe import FineTuning
from distill.teacher import Teacher
from experiments.digits import EXPERIMENT
from experiments.errors import UserError
from experiments.experiment import Refine
from experiments.hours.divide import divide
from experiments.hours.phases import Phases
from experiments.hours.plan import Plan
from experiments.hours.rates import Rates
from experiments.hours.timetable import Timetable

RATES = Rates(
    student_images_per_s=2_000, quantized_images_per_s=900, teacher_images_per_s=1_000, bank_rows_per_s=1_500,
    start_s=4, file_s=15,
)  # fmt: skip


def planned(hours=3.0, examples=45_000, rates=RATES, experiment=EXPERIMENT, **figures):
    figures = {"elapsed_s": 20.0, "teachers": 1, **figures}
    return divide(experiment, hours=hours, examples=examples, rates=rates, **figures)


@given(
    hours=st.floats(0.5, 24),
    examples=st.integers(500, 60_000),
    student=st.floats(800, 50_000),
    bank=st.floats(500, 50_000),
)
def test_the_stages_add_up_to_the_hours_and_every_number_is_one_or_more(hours, examples, student, bank):
    rates = replace(RATES, student_images_per_s=student, bank_rows_per_s=bank)
    try:
        result = planned(hours, examples, rates)
    except UserError:
        return
    assert sum(stage.seconds for stage in result.stages) == pytest.approx(3600 * hours)
    assert min(stage.seconds for stage in result.stages) > 0
    numbers = (result.views, result.trials, *result.rung_epochs, *result.survivors, result.refined)
    assert min(*numbers, result.refine_epochs, result.compression_epochs, result.teacher_epochs) >= 1
    assert result.refined <= min(result.survivors, default=1) <= result.trials
    assert result.refine_views >= result.views
    assert Plan.from_record(json.loads(json.dumps(result.to_record()))) == result


def test_a_supernet_has_its_part_of_the_search():
    with_supernet = replace(EXPERIMENT, search=replace(EXPERIMENT.search, supernet_epochs=3))
    plain, other = planned(3.0), planned(3.0, experiment=with_supernet)
    assert other.trials < plain.trials
    (search,) = [stage for stage in other.stages if stage.name == "search"]
    assert search.work.startswith("a supernet")
    with pytest.raises(UserError, match="too few"):
        planned(3.0, experiment=replace(EXPERIMENT, search=replace(EXPERIMENT.search, supernet_epochs=500)))


def test_a_longer_refinement_has_more_views_unless_their_number_is_given():
    short, longer = planned(0.67, teachers=0), planned(24.0, teachers=0)
    assert short.views <= short.refine_views < longer.refine_views <= longer.refine_epochs
    assert longer.views == EXPERIMENT.views
    limited = replace(EXPERIMENT, refine=replace(EXPERIMENT.refine, views=EXPERIMENT.views))
    assert planned(24.0, teachers=0, experiment=limited).refine_views == EXPERIMENT.views


def test_a_search_without_time_to_rank_students_trains_one_and_refinement_has_the_rest():
    short, longer = planned(0.67, teachers=0), planned(2.0, teachers=0)
    assert (short.trials, short.rung_epochs, short.survivors) == (1, (1,), ())
    assert longer.trials >= 4
    searched, refined = (next(s.seconds for s in short.stages if s.name == name) for name in ("search", "refine"))
    assert searched < 0.05 * refined
    applied = short.applied(EXPERIMENT).search
    assert (applied.trials, applied.epochs, applied.survivors) == (1, (1,), ())


def test_more_hours_are_never_less_training():
    plans = [planned(hours) for hours in (1, 2, 4, 8, 16)]
    for less, more in itertools.pairwise(plans):
        assert more.views >= less.views
        assert more.refined * more.refine_epochs > less.refined * less.refine_epochs
        assert more.trials >= less.trials


def test_too_few_hours_are_refused_with_those_that_are_enough():
    with pytest.raises(UserError, match=r"this experiment needs ([\d.]+) or more") as refused:
        planned(0.05)
    enough = float(str(refused.value).split("needs ")[1].split()[0])
    assert planned(enough)
    with pytest.raises(UserError):
        planned(0.5 * enough)


def test_the_plan_is_applied_to_the_experiment():
    result = planned(1.0, examples=1_000, elapsed_s=5.0)
    experiment = result.applied(EXPERIMENT)
    assert experiment.search.aim == "best"
    assert experiment.search.trials == result.trials
    assert experiment.views == result.views
    assert experiment.refine.students == experiment.finalists.count == result.refined
    front = replace(EXPERIMENT, search=replace(EXPERIMENT.search, aim="front"))
    assert result.applied(front).search.aim == "front"


def test_a_teacher_that_is_cut_short_need_not_reach_its_accuracy():
    slow = replace(RATES, teacher_images_per_s=200)
    experiment = planned(1.0, rates=slow).applied(EXPERIMENT)
    assert experiment.teacher.epochs < EXPERIMENT.teacher.epochs
    assert experiment.teacher.min_validation_accuracy is None


def test_a_backbone_is_fine_tuned_in_the_teachers_share_after_its_head():
    backbone = replace(EXPERIMENT, teacher=Teacher(backbone="a:b", fine_tuning=FineTuning(epochs=30)))
    slow = replace(RATES, teacher_images_per_s=100, bank_rows_per_s=300)
    result = planned(1.0, examples=5_000, rates=slow, experiment=backbone)
    (stage,) = (stage for stage in result.stages if stage.name == "teacher")
    assert stage.work == f"a head, then 1 x {result.teacher_epochs} epochs"
    assert stage.seconds == pytest.approx(5_000 / 300 + result.teacher_epochs * 5_000 / 100)
    assert stage.seconds <= 0.2 * 3600
    assert result.applied(backbone).teacher.fine_tuning.epochs == result.teacher_epochs < 30


def test_refinement_may_have_hours_of_its_own():
    result = planned(3.0, experiment=replace(EXPERIMENT, refine=Refine(hours=1.0)))
    (refine,) = (stage for stage in result.stages if stage.name == "refine")
    assert refine.seconds == pytest.approx(3600)


def test_a_stage_that_is_late_shortens_all_that_follow_and_says_so():
    result, lines, now = planned(1.0, examples=1_000, elapsed_s=5.0), [], 0.0
    by_name = {stage.name: stage.seconds for stage in result.stages}
    timetable = Timetable(plan=result, clock=lambda: now, say=lines.append)
    now = 3600 - by_name["search"] - by_name["refine"] - by_name["deploy"]
    assert timetable.seconds("search") == pytest.approx(by_name["search"])
    assert lines == []
    now += 2 * by_name["search"]
    late = timetable.seconds("refine")
    assert late < by_name["refine"]
    assert "planned anew: refine has" in lines[0]
    now += late
    assert timetable.seconds("deploy") == pytest.approx(timetable.left())
    now = 4000.0
    assert timetable.seconds("deploy") == 0


def test_a_killed_stage_goes_on_with_what_was_left_of_its_own_time():
    result, stage_times = planned(1.0, examples=1_000, elapsed_s=5.0), []
    by_name = {stage.name: stage.seconds for stage in result.stages}
    now = 3600 - by_name["refine"] - by_name["deploy"]
    first = Timetable(plan=result, clock=lambda: now, say=lambda line: None, keep=stage_times.append)
    whole = first.seconds("refine")
    now += 0.9 * whole
    again = Timetable(
        plan=result, clock=lambda: now, say=lambda line: None, begun={time.stage: time for time in stage_times}
    )
    assert again.seconds("refine") == pytest.approx(0.1 * whole)
    now += 0.2 * whole
    assert again.seconds("refine") == 0
    assert again.seconds("deploy") > 0


def test_refine_hours_that_are_too_short_are_named():
    with pytest.raises(UserError, match=r"refine\.hours is 0\.0001, too short for one epoch .* give 0\.\d+ or more"):
        planned(3.0, experiment=replace(EXPERIMENT, refine=Refine(hours=0.0001)))


def test_phases_share_what_is_left_by_weight():
    now = 0.0
    phases = Phases(100.0, 4.0, clock=lambda: now)
    assert phases.next() == 25
    now = 40.0
    assert phases.next(2.0) == pytest.approx(40)
    now = 200.0
    assert phases.next() == 0


def test_teachers_that_see_fewer_examples_than_students_take_less_time():
    long = replace(EXPERIMENT, teacher=replace(EXPERIMENT.teacher, epochs=10))
    seconds = [
        next(stage.seconds for stage in planned(experiment=long, **figures).stages if stage.name == "teacher")
        for figures in (dict(), dict(teacher_examples=45_000), dict(teacher_examples=4_500))
    ]
    assert seconds[0] == seconds[1] == pytest.approx(10 * seconds[2])
