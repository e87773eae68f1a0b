"""Progress of an experiment's newest run: its state, trials, Pareto front and finalists."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from deploy.budget import Budget
from experiments.errors import UserError
from experiments.hours.clock import Clock
from experiments.hours.plan import Plan
from experiments.hours.timetable import StageTime
from experiments.reports.points import front_of
from experiments.reports.summary import files_table
from experiments.run.folder import RunFolder, run_folders
from experiments.run.outcome import Finalist
from experiments.run.records import EarlyFile, Failed, Finished, Interrupted, Refined, Refusals, RunBegun, TeacherReady
from search.trial import Trial, TrialResult, last_rungs


@dataclass(frozen=True, kw_only=True)
class RunStatus:
    """One run, as its journal has it."""

    experiment: str
    state: str
    """finished, running, failed or interrupted."""
    run_id: str | None
    """Of the experiment's MLflow run; None before there is one."""
    folder: Path
    teacher_validation_accuracy: float | None
    """None before there is a teacher."""
    trials: int
    """Trials that ended, failed ones included."""
    trials_planned: int
    feasible: int
    """Trained trials whose estimated cost keeps the budget."""
    refused: dict[str, int]
    """Proposals that were redrawn, by cause."""
    front: tuple[TrialResult, ...]
    """Pareto front of the trials' last rungs, and of those that were refined as they are now."""
    finalists: tuple[Finalist, ...]
    """Files of finalists, and early files of a run in hours; of a finished run, those that its summary has."""
    stage: str | None
    """The stage that a run in hours is at or stopped in; None of others, and of one that is finished."""
    hours: float | None
    """Length of a run in hours; None of others."""
    worked_hours: float | None
    """Hours that all launches worked together, of a run in hours; None of others."""
    last_error: str | None
    """Of a run that failed or was interrupted."""

    def to_record(self) -> dict[str, Any]:
        """As JSON values."""
        front = [
            {
                "trial": result.trial,
                "rung": result.rung,
                "validation_accuracy": result.validation_accuracy,
                "cost": asdict(result.cost),
                "genotype": str(result.genotype),
            }
            for result in self.front
        ]
        finalists = [finalist.to_record() for finalist in self.finalists]
        return {**vars(self), "folder": str(self.folder), "front": front, "finalists": finalists}


def newest_run(experiment: str, script: str | None = None) -> RunStatus:
    """The status of the newest run of an experiment. Raises `UserError` where there is none.

    Args:
        script: the .py file that the experiment is launched from; None is one that comes with Potstill.
    """
    folders = run_folders(experiment)
    if not folders:
        names = sorted({folder.experiment()["name"] for folder in run_folders()})
        raise UserError(
            f"no run of {experiment!r}; there are runs of: {', '.join(names) or 'nothing yet'}. "
            f"Start one with `potstill run {script or experiment}`"
        )
    return status_of(folders[0])


def status_of(folder: RunFolder) -> RunStatus:
    """The status of a run, by its journal and its lock."""
    records, settings, state = folder.records(), folder.experiment(), folder.state()
    budget = Budget(**settings["budget"])
    trials = records.records(Trial)
    results = _refined(last_rungs(trials), records.records(Refined))
    run, teacher, refusals = records.last(RunBegun), records.last(TeacherReady), records.last(Refusals)
    errors = [*records.records(Failed), *records.records(Interrupted)]
    plan, begun, finalists = records.last(Plan), records.last(StageTime), records.records(Finalist)
    early, finished = [record.finalist for record in records.records(EarlyFile)], records.last(Finished)
    files = finished.outcome.finalists if finished else {file.name: file for file in (*early, *finalists)}.values()
    return RunStatus(
        experiment=settings["name"],
        state=state,
        run_id=run and run.run_id,
        folder=folder.path,
        teacher_validation_accuracy=teacher and teacher.validation_accuracy,
        trials=len({trial.trial for trial in trials}),
        trials_planned=plan.trials if plan else settings["search"]["trials"],
        feasible=sum(not budget.broken_by(result.cost) for result in results),
        refused=refusals.causes if refusals else {},
        front=front_of(results),
        finalists=tuple(files),
        stage=_stage(begun, early) if state != "finished" else None,
        hours=plan and plan.hours,
        worked_hours=round(Clock(folder.path / "clock.json").seconds() / 3600, 3) if plan else None,
        last_error=errors[-1].error if errors and state in ("failed", "interrupted") else None,
    )


def _stage(begun: StageTime | None, early: Sequence[Finalist]) -> str | None:
    """The stage that began last; those of teacher and bank have no time of their own."""
    if begun is None:
        return None
    return "teacher and bank" if begun.stage == "first" and early else begun.stage


def _refined(results: Sequence[TrialResult], refined: Sequence[Refined]) -> list[TrialResult]:
    """Results with those that were trained to the end in place of the search's, by the better start."""
    best: dict[str, TrialResult] = {}
    for record in sorted(refined, key=lambda record: record.result.validation_accuracy):
        best[record.result.trial] = record.result
    return [best.get(result.trial, result) for result in results]


def status_text(status: RunStatus) -> str:
    """The status for people."""
    parts = [status.state, f"{status.trials} of {status.trials_planned} trials"]
    if status.stage is not None:
        parts.insert(1, f"stage {status.stage}")
    if status.hours is not None:
        parts.append(f"{status.worked_hours:g} of {status.hours:g} hours of work")
    lines = [f"{status.experiment}: {', '.join(parts)}, {status.folder}\n"]
    if status.last_error:
        lines.append(f"stopped by {status.last_error}\n")
    if status.front:
        lines.append("\nPareto front (float students, cost estimated):\n")
    for result in status.front:
        latency_ms = result.cost.latency_ms
        latency = f"{'unknown':>10}" if latency_ms is None else f"{1e3 * latency_ms:7.1f} µs"
        lines.append(
            f"  trial {result.trial}  {result.validation_accuracy:.2%}  {result.cost.size_bytes:>7,} bytes  "
            f"{latency}  {result.genotype}\n"
        )
    if status.finalists:
        lines += ["\nFiles (int8, measured):\n", files_table(status.finalists)]
    return "".join(lines).removesuffix("\n")
