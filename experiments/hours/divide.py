"""The plan of a run in hours, from measured speeds."""

import math

from distill.bank.address import MOST_VIEWS
from experiments.errors import UserError
from experiments.experiment import Experiment
from experiments.hours.division import FILES, Durations, divided, enough, views_in
from experiments.hours.plan import Plan, Stage
from experiments.hours.ranking import ranking_in
from experiments.hours.rates import Rates

_EPOCHS_TO_THE_END = 250
"""A further student is refined where each then has so many epochs."""
_MOST_REFINED = 3
_EPOCHS_OF_A_VIEW = 3
"""Epochs that one view of each example is shown in: a student that sees the same pictures longer fits them by heart."""
_MORE_VIEWS = 0.2
"""Share of refinement's time that may fill further views. In 60 epochs of CIFAR-10 a student reached 88.7 % on
validation with 32 views, and 87.4 % with 8 and half of the learning rate."""
_GROWN, _GROWING, _GROWN_EPOCHS = 5, 3, 60
"""Phases of a student that is grown and pruned, those of them that train it, and the epochs that make it worthwhile."""


def divide(
    experiment: Experiment,
    *,
    hours: float,
    examples: int,
    rates: Rates,
    elapsed_s: float,
    teachers: int,
    teacher_examples: int | None = None,
) -> Plan:
    """The plan of a run in hours.

    Args:
        examples: that students are trained on.
        elapsed_s: seconds of the hours that are over.
        teachers: nets that are to be trained before the bank is filled.
        teacher_examples: that these see in an epoch, all together; None is as many as students for each.

    Raises:
        UserError: the hours are too few for one student; the message says how many are needed.
    """
    seen = teachers * examples if teacher_examples is None else teacher_examples
    durations = Durations.of(experiment, rates, examples, seen if teachers else 0)
    division = divided(experiment, hours, durations, rates, elapsed_s)
    if not division.suffices:
        refine_hours, least_hours = experiment.refine.hours, (rates.start_s + durations.epoch_s) / 3600
        if refine_hours is not None and refine_hours < least_hours:
            raise UserError(
                f"refine.hours is {refine_hours:g}, too short for one epoch of a student on this machine; give "
                f"{math.ceil(1e4 * least_hours) / 1e4:g} or more, or leave it out"
            )
        raise UserError(
            f"hours is {hours:g}, too few for one student: this experiment needs "
            f"{enough(experiment, hours, durations, rates, elapsed_s)} on this machine; give more --hours"
        )
    epoch_s, view_s = durations.epoch_s, durations.view_s
    seconds, views, teacher_epochs = dict(division.seconds), division.views, division.teacher_epochs
    # Half of the time of the files may go by beside their trainings.
    finishable = int(seconds["deploy"] / (2 * FILES * (rates.file_s + rates.start_s)))
    refined = max(1, min(_MOST_REFINED, finishable, int(seconds["refine"] / epoch_s / _EPOCHS_TO_THE_END)))
    ranking_s = seconds["search"] - durations.supernet_s
    ranking = ranking_in(ranking_s, experiment, durations, rates, examples=examples, refined=refined)
    refined = min(refined, ranking.trials)
    seconds["deploy" if experiment.refine.hours else "refine"] += ranking_s - ranking.seconds
    seconds["search"] = durations.supernet_s + ranking.seconds

    refine_views = views
    if view_s:
        epochs = seconds["refine"] / refined / epoch_s
        wanted = experiment.refine.views or min(MOST_VIEWS, math.ceil(epochs / _EPOCHS_OF_A_VIEW))
        more = views_in(_MORE_VIEWS * seconds["refine"], view_s, experiment, most=wanted)
        refine_views = max(views, min(wanted, views + more))
    refine_s = (seconds["refine"] - (refine_views - views) * view_s) / refined - rates.start_s
    refine_epochs = max(1, int(refine_s / epoch_s))
    # A phase for int8, two for zeros and int8; five, three of them training, for a student that is grown and pruned.
    deploy_s = seconds["deploy"] / refined - FILES * (rates.file_s + rates.start_s)
    grows = experiment.finalists.grow > 1 and _GROWING / (_GROWN + 3) * deploy_s >= _GROWN_EPOCHS * epoch_s
    compression_epochs = max(1, int(deploy_s / (3 + grows * _GROWN) / durations.compression_epoch_s))
    files = len(experiment.finalists.compressions)
    stages = [Stage(name="start", seconds=elapsed_s, work="data, device, rates")]
    stages.append(Stage(name="first", seconds=division.first_s, work="a first proven file, trained on labels alone"))
    if durations.teacher_epoch_s:
        teacher_s, heads = durations.teacher_s(teacher_epochs), "a head, then " if durations.heads_s else ""
        stages.append(Stage(name="teacher", seconds=teacher_s, work=f"{heads}{teachers} x {teacher_epochs} epochs"))
    if view_s:
        stages.append(Stage(name="bank", seconds=views * view_s, work=f"{views} views of {examples:,} examples"))
    stages += [
        Stage(
            name="search",
            seconds=seconds["search"],
            work=f"a supernet, {ranking.work}" if durations.supernet_s else ranking.work,
        ),
        Stage(
            name="refine",
            seconds=seconds["refine"],
            work=f"{refined} of about {refine_epochs} epochs, {refine_views} views",
        ),
        Stage(
            name="deploy",
            seconds=seconds["deploy"],
            work=f"{files} files of {refined}{', and one grown and pruned' if grows else ''}",
        ),
    ]
    return Plan(
        hours=hours,
        rates=rates,
        stages=tuple(stages),
        teacher_epochs=teacher_epochs,
        views=views,
        refine_views=refine_views,
        trials=ranking.trials,
        rung_epochs=ranking.epochs,
        survivors=ranking.survivors,
        refined=refined,
        refine_epochs=refine_epochs,
        compression_epochs=compression_epochs,
        grows=grows,
    )
