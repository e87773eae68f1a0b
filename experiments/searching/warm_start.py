"""Students that a search tries first: from an earlier run, or from a file of genotypes."""

import json
from collections.abc import Callable
from pathlib import Path

from experiments.errors import UserError
from experiments.run.folder import run_folders
from search.choices import values_of
from search.front import ranked
from search.genotype import Genotype
from search.space import Space
from search.starts.known import fitted, is_of_size, known_starts
from search.task import Task
from search.trial import Trial, TrialResult, last_rungs

_FROM_A_RUN = 8
"""So many of an earlier run's students are tried again, best front first."""


def warm_start(
    source: str, space: Space, task: Task, *, besides: Path, say: Callable[[str], None] = lambda line: None
) -> list[Genotype]:
    """The genotypes of a source that are of the space, with the task's channels and classes.

    Args:
        source: `known`, of which none may be of the space; `none`; the name of an experiment, whose newest run has the
            students; or a JSON file with a genotype, such as `genotype.json` of a bundle, or a list of them.
        besides: folder of the run that asks, which is no earlier one.
        say: called with a line where some are left out.

    Raises:
        UserError: there is no such run or file, or nothing in it is of this space.
    """
    if source == "none":
        return []
    from_known = source == "known"
    if from_known:
        genotypes = known_starts(task)
    else:
        genotypes = _from_file(Path(source)) if source.endswith(".json") else _from_run(source, besides)
    of_space, reasons = [], []
    for genotype in genotypes:
        try:
            of_space.append(_of(space, task, genotype))
        except ValueError as error:
            reasons.append(str(error))
    whose = (
        "known students of {} x {} inputs".format(*task.input_shape[:2]) if from_known else f"search.start is {source}"
    )
    if not of_space and not from_known:
        raise UserError(
            f"{whose}: none of its {len(genotypes)} students is of this space{f' ({reasons[0]})' if reasons else ''}; "
            "widen the space, or give --search.start known"
        )
    if reasons or (from_known and of_space):
        left_out = f"; not of the space: {len(reasons)} ({reasons[0]})" if reasons else ""
        say(f"{whose}, tried first where they keep the budget: {len(of_space)}{left_out}")
    return of_space


def _of(space: Space, task: Task, genotype: Genotype) -> Genotype:
    """The genotype for the task; raises ValueError with the reason where it is not of the space."""
    if not is_of_size(genotype, task):
        raise ValueError("inputs of {} x {}, not {} x {}".format(*genotype.input_shape[:2], *task.input_shape[:2]))
    of_task = fitted(genotype, task)
    values_of(space, of_task)
    return of_task


def _from_run(name: str, besides: Path) -> list[Genotype]:
    folders = [folder for folder in run_folders(name) if folder.path != besides]
    results = [result for folder in folders[:1] for result in last_rungs(folder.records().records(Trial))]
    if not results:
        names = sorted({folder.experiment()["name"] for folder in run_folders()})
        raise UserError(
            f"search.start is {name}: there is no other run of it with a trained student; there are runs of: "
            f"{', '.join(names) or 'nothing yet'}; or give a .json file of genotypes, known or none"
        )
    return [result.genotype for result in ranked(results, TrialResult.objectives)[:_FROM_A_RUN]]


def _require_shape(genotype: Genotype) -> None:
    """Raise ValueError or TypeError for values that JSON allows and no network has."""
    if len(genotype.input_shape) != 3 or not all(isinstance(side, int) for side in genotype.input_shape):
        raise ValueError(f"input_shape is {genotype.input_shape}, not height, width and channels")
    hash(genotype)


def _from_file(path: Path) -> list[Genotype]:
    try:
        content = json.loads(path.read_text())
        records = content if isinstance(content, list) else [content]
        genotypes = [Genotype.from_record(record) for record in records]
        for genotype in genotypes:
            _require_shape(genotype)
        return genotypes
    except OSError as error:
        raise UserError(f"search.start is {path}: it cannot be read ({error.strerror})") from error
    except (ValueError, KeyError, TypeError) as error:
        raise UserError(
            f"search.start is {path}: not a genotype or a list of them ({type(error).__name__}: {error}); a bundle's "
            "genotype.json is an example"
        ) from error
