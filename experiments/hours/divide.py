"""The plan of a run in hours, from measured speeds."""

import math

from experiments.errors import UserError
from experiments.experiment import Experiment
from experiments.hours.division import BANK, FILES, Durations, divided, enough
from experiments.hours.plan import Plan, Stage
from experiments.hours.rates import Rates

FIRST_RUNG = 0.6
"""Share of the search for its first rung."""
_RANKING_STEPS, _RANKING_EPOCHS = 200, 3
"""Steps and epochs of training after which students can be ranked at all: sooner, those are ahead that learn fast."""
_MOST_TRIALS, _FEWEST_TRIALS = 40, 2
_SURVIVORS = 4
"""One of so many goes on to the second rung."""
_EPOCHS_TO_THE_END = 150
"""A further student is refined where each then has so many epochs."""
_MOST_REFINED = 3
_GROWN, _GROWING, _GROWN_EPOCHS = 5, 3, 60
"""Phases of a student that is grown and pruned, those of them that train it, and the epochs that make it worthwhile."""


def divide(
    experiment: Experiment, *, hours: float, examples: int, rates: Rates, elapsed_s: float, teachers: int
) -> Plan:
    """The plan of a run in hours.

    Args:
        examples: of the training split.
        elapsed_s: seconds of the hours that are over.
        teachers: nets that are to be trained before the bank is filled.

    Raises:
        UserError: the hours are too few for one student; the message says how many are needed.
    """
    durations = Durations.of(rates, examples, teachers)
    division = divided(experiment, hours, durations, rates, elapsed_s)
    if not division.suffices:
        raise UserError(
            f"hours is {hours:g}, too few for one student: this experiment needs "
            f"{enough(experiment, hours, durations, rates, elapsed_s)} on this machine; give more --hours"
        )
    epoch_s, view_s = durations.epoch_s, durations.view_s
    seconds, views, teacher_epochs = division.seconds, division.views, division.teacher_epochs
    ranking_epochs = max(_RANKING_EPOCHS, math.ceil(_RANKING_STEPS * experiment.student.batch_size / examples))
    first_rung_s = FIRST_RUNG * seconds["search"]
    fitting = int(first_rung_s / (rates.start_s + ranking_epochs * epoch_s))
    trials = max(_FEWEST_TRIALS, min(_MOST_TRIALS, fitting))
    first_epochs = max(1, int((first_rung_s / trials - rates.start_s) / epoch_s))
    # Half of the time of the files may go by beside their trainings.
    finishable = int(seconds["deploy"] / (2 * FILES * (rates.file_s + rates.start_s)))
    refined = max(1, min(_MOST_REFINED, finishable, int(seconds["refine"] / epoch_s / _EPOCHS_TO_THE_END)))
    survivors = max(refined, trials // _SURVIVORS)
    second_s = (1 - FIRST_RUNG) * seconds["search"] / survivors
    second_epochs = max(1, int((second_s - rates.start_s) / epoch_s))

    refine_views = views
    if view_s:
        refine_views = max(
            views, min(experiment.refine.views or experiment.views, int(BANK * seconds["refine"] / view_s))
        )
    refine_s = (seconds["refine"] - (refine_views - views) * view_s) / refined - rates.start_s
    refine_epochs = max(1, int(refine_s / epoch_s))
    # A phase for int8, two for zeros and int8; five, three of them training, for a student that is grown and pruned.
    deploy_s = seconds["deploy"] / refined - FILES * (rates.file_s + rates.start_s)
    grows = experiment.finalists.grow > 1 and _GROWING / (_GROWN + 3) * deploy_s >= _GROWN_EPOCHS * epoch_s
    compression_epochs = max(1, int(deploy_s / (3 + grows * _GROWN) / durations.compression_epoch_s))
    stages = [Stage(name="start", seconds=elapsed_s, work="data, device, rates")]
    stages.append(Stage(name="first", seconds=division.first_s, work="a first proven file, trained on labels alone"))
    if durations.teacher_epoch_s:
        teacher_s = teacher_epochs * durations.teacher_epoch_s
        stages.append(Stage(name="teacher", seconds=teacher_s, work=f"{teachers} x {teacher_epochs} epochs"))
    if view_s:
        stages.append(Stage(name="bank", seconds=views * view_s, work=f"{views} views of {examples:,} examples"))
    stages += [
        Stage(
            name="search",
            seconds=seconds["search"],
            work=f"{trials} students of {first_epochs} epochs, {survivors} of {second_epochs} more",
        ),
        Stage(
            name="refine",
            seconds=seconds["refine"],
            work=f"{refined} of about {refine_epochs} epochs, {refine_views} views",
        ),
        Stage(
            name="deploy",
            seconds=seconds["deploy"],
            work=f"{refined} pruned and trained in int8{', grown and pruned' if grows else ''}, proven",
        ),
    ]
    return Plan(
        hours=hours,
        rates=rates,
        stages=tuple(stages),
        teacher_epochs=teacher_epochs,
        views=views,
        refine_views=refine_views,
        trials=trials,
        rung_epochs=(first_epochs, second_epochs),
        survivors=survivors,
        refined=refined,
        refine_epochs=refine_epochs,
        compression_epochs=compression_epochs,
        grows=grows,
    )
