"""The whole path of a run, stage by stage; each stage resumes from the journal."""

import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from deploy.compress.choice import best_file
from deploy.files import atomic
from deploy.latency.profile import LatencyProfile
from experiments.baselines.compare import add_baselines
from experiments.deploying.finalists.early_files import EarlyFiles, with_early
from experiments.deploying.finalists.finish import finish
from experiments.deploying.score import score
from experiments.devices import inventory
from experiments.errors import UserError
from experiments.experiment import Experiment
from experiments.gpus import default_workers, keep_to_first_gpu, visible_gpus
from experiments.hours.clock import Clock
from experiments.hours.plan import Plan
from experiments.planning.checked import checked_data, checked_profile
from experiments.planning.planned import begin_hours, plan_hours
from experiments.refining.refine import refine
from experiments.reports.pareto import write_report
from experiments.reports.points import front_of
from experiments.reports.summary import note
from experiments.run import home, registry, tracking
from experiments.run.cluster import find_cluster
from experiments.run.context import Context
from experiments.run.display import Display
from experiments.run.folder import RunFolder
from experiments.run.outcome import Finalist, Outcome, Scored
from experiments.run.parent_run import parent_run
from experiments.run.records import Finished
from experiments.searching.search_students import search_students
from experiments.teachers.teach import teach
from search.journal import Journal
from search.trial import Trial, last_rungs


def run(
    experiment: Experiment,
    display: Display,
    *,
    workers: int | None = None,
    cluster: str | None = None,
    baseline_seeds: int = 0,
    began: float | None = None,
) -> Outcome:
    """Run an experiment to its end, or go on where an earlier launch of it stopped.

    Args:
        workers: students that are trained at once, each in a process of its own if there are several; None is one for
            each GPU, or one where there is none; on a cluster as many as it has room for.
        cluster: the address of a Ray cluster to train them on, or `local`.
        baseline_seeds: seeds of each baseline that the finished search is compared with; 0 leaves them out.
        began: the beginning of the launch, by `time.monotonic`; None is now.

    Raises:
        UserError: before any training where the experiment cannot succeed; or no finalist passed its proof.
    """
    began = time.monotonic() if began is None else began
    home.require_room(home.home())
    inventory.require_device(experiment.device)
    folder = RunFolder.of(experiment)
    with (
        folder.held(),
        Clock(folder.path / "clock.json", began=began).running() as clock,
        inventory.opened(experiment.device, display.say) as device,
    ):
        journal = Journal(folder.journal_path)
        outcome = _earlier_outcome(journal, folder.path)
        if outcome is not None and not baseline_seeds:
            return outcome
        nodes = find_cluster(cluster, workers) if cluster is not None else None
        gpus = visible_gpus()
        count = nodes.workers if nodes is not None else workers or default_workers(gpus)
        if count > 1:
            keep_to_first_gpu(display.say)
        data = checked_data(experiment, display)
        # A store that does not answer is found out before anything is measured.
        tracking.connect()
        profile = checked_profile(experiment, data, device, display)
        context = Context(
            experiment=experiment,
            data=data,
            folder=folder.path,
            journal=journal,
            display=display,
            device=device,
            workers=count,
            gpus=gpus,
            cluster=nodes,
            clock=clock.seconds,
        )
        hours = None
        if outcome is None and experiment.hours is not None:
            hours = plan_hours(context, profile)
        with atomic(folder.path / "experiment.json") as partial:
            partial.write_text(experiment.to_json())
        with parent_run(experiment, data, journal, display.say) as parent:
            context = replace(context, run=parent)
            if hours is not None:
                context = begin_hours(context, hours, profile)
            elif (plan := journal.last(Plan)) is not None:
                # Baselines of a finished run are of the numbers that its plan came to.
                context = replace(context, experiment=plan.applied(experiment))
            bank, teacher = teach(context, hours and hours.teacher)
            if outcome is None:
                parent.log_text(profile.to_json(), "latency_profile.json")
                early = EarlyFiles(context, teacher)
                ranking = search_students(context, bank, profile, early.offer)
                ranking = refine(context, ranking, bank, teacher, early.offer)
                scored = score(context, ranking)
                finalists = with_early(finish(context, scored, bank, teacher), early.files())
                _report(context, profile, scored, finalists)
                _register(context, finalists)
                outcome = _outcome(context, finalists, began)
                journal.append(Finished(outcome=outcome))
            if baseline_seeds:
                comparison = add_baselines(context, bank, profile, outcome.winner.trial, baseline_seeds)
                outcome = replace(outcome, baselines=comparison)
            return replace(outcome, folder=folder.path)


def _earlier_outcome(journal: Journal, folder: Path) -> Outcome | None:
    """The outcome of an earlier launch; None where the run is not finished."""
    finished = journal.last(Finished)
    return finished and replace(finished.outcome, already_finished=True, folder=folder)


def _report(context: Context, profile: LatencyProfile, scored: Sequence[Scored], finalists: Sequence[Finalist]) -> None:
    """Write the report into the run's folder and log it to MLflow."""
    paths = write_report(
        context.folder / "report",
        last_rungs(context.journal.records(Trial)),
        scored,
        finalists,
        device=str(profile.provenance),
        budget=context.experiment.budget,
        classes=context.data.task.classes,
    )
    for path in paths:
        context.parent.log_file(path)


def _register(context: Context, finalists: Sequence[Finalist]) -> None:
    """Register the file that ships. Raises `UserError` where none passed its proof."""
    proven = [finalist for finalist in finalists if finalist.proven]
    if not proven:
        raise UserError(
            "no finalist passed its proof; the reasons are in `potstill status` and on each finalist's page in MLflow. "
            "Raise --finalists.count, or the budget's limits"
        )
    trials = last_rungs(context.journal.records(Trial))
    registry.register_winner(
        context, best_file(proven), trials=len(trials), front=len(front_of(trials)), note=note(finalists)
    )


def _outcome(context: Context, finalists: tuple[Finalist, ...], began: float) -> Outcome:
    return Outcome(
        experiment=context.experiment.name,
        run_id=context.parent.id,
        finalists=finalists,
        trials=len(last_rungs(context.journal.records(Trial))),
        seconds=round(time.monotonic() - began, 1),
    )
