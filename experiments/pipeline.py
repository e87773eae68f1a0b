"""The whole path of a run, stage by stage; each stage resumes from the journal."""

import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from deploy.bundle.metadata import metadata_bytes
from deploy.devices.device import Device
from deploy.latency.profile import LatencyProfile
from experiments.baselines.compare import add_baselines
from experiments.data.load import DataSet, load
from experiments.deploying.finish import finish
from experiments.deploying.score import score
from experiments.devices import inventory
from experiments.devices.calibrate import profile_text
from experiments.devices.profiles import experiment_profile
from experiments.errors import UserError
from experiments.experiment import Experiment
from experiments.refining.refine import refine
from experiments.reports.pareto import write_report
from experiments.reports.points import front_of
from experiments.reports.summary import note
from experiments.run import home, registry
from experiments.run.cluster import find_cluster
from experiments.run.context import Context
from experiments.run.display import Display
from experiments.run.folder import RunFolder
from experiments.run.outcome import Finalist, Outcome, Scored
from experiments.run.parent_run import parent_run
from experiments.run.records import Finished
from experiments.searching.feasible import require_feasible
from experiments.searching.search_students import search_students
from experiments.searching.warm_start import warm_start
from experiments.teachers.from_source import require_sources
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
) -> Outcome:
    """Run an experiment to its end, or go on where an earlier launch of it stopped.

    Args:
        workers: students that are trained at once, each in a process of its own if there are several; None is one, or
            on a cluster as many as it has room for.
        cluster: the address of a Ray cluster to train them on, or `local`.
        baseline_seeds: seeds of each baseline that the finished search is compared with; 0 leaves them out.

    Raises:
        UserError: before any training where the experiment cannot succeed; or no finalist passed its proof.
    """
    started = time.monotonic()
    home.require_room(home.home())
    inventory.require_device(experiment.device)
    folder = RunFolder.of(experiment)
    with folder.held(), inventory.opened(experiment.device, display.say) as device:
        journal = Journal(folder.journal_path)
        outcome = _earlier_outcome(journal, folder.path)
        if outcome is not None and not baseline_seeds:
            return outcome
        nodes = find_cluster(cluster, workers) if cluster is not None else None
        data = _data(experiment, display)
        profile = _profile(experiment, data, device, display)
        (folder.path / "experiment.json").write_text(experiment.to_json())
        with parent_run(experiment, data, journal, display.say) as parent:
            context = Context(
                experiment=experiment,
                data=data,
                folder=folder.path,
                journal=journal,
                display=display,
                run=parent,
                device=device,
                workers=nodes.workers if nodes is not None else workers or 1,
                cluster=nodes,
            )
            bank, teacher = teach(context)
            if outcome is None:
                parent.log_text(profile.to_json(), "latency_profile.json")
                ranking = search_students(context, bank, profile)
                ranking = refine(context, ranking, bank, teacher)
                scored = score(context, ranking)
                finalists = finish(context, scored, bank, teacher)
                _report(context, profile, scored, finalists)
                _register(context, finalists)
                outcome = _outcome(context, finalists, started)
                journal.append(Finished(outcome=outcome))
            if baseline_seeds:
                comparison = add_baselines(context, bank, profile, outcome.winner.trial, baseline_seeds)
                outcome = replace(outcome, baselines=comparison)
            return replace(outcome, folder=folder.path)


def _earlier_outcome(journal: Journal, folder: Path) -> Outcome | None:
    """The outcome of an earlier launch; None where the run is not finished."""
    finished = journal.last(Finished)
    return finished and replace(finished.outcome, already_finished=True, folder=folder)


def _data(experiment: Experiment, display: Display) -> DataSet:
    """The data set, once everything is checked that can refuse the experiment before a device is measured."""
    display.stage("data", 1)
    data = load(experiment.data)
    display.step()
    display.say(f"{experiment.data.dataset}: {len(data.train):,} to train, {len(data.validation):,} to validate")
    besides_bytes = metadata_bytes(data.labels)
    require_feasible(experiment.space, data.task, experiment.budget, None, besides_bytes=besides_bytes)
    require_sources(experiment, data)
    warm_start(
        experiment.search.start,
        experiment.space,
        data.task,
        besides=RunFolder.of(experiment).path,
    )
    return data


def _profile(experiment: Experiment, data: DataSet, device: Device, display: Display) -> LatencyProfile:
    """The device's latency profile, measured if there is none; refuses a budget that nothing in the space keeps."""
    display.stage("device")
    profile = experiment_profile(experiment, data.task, device, display.reach)
    share = require_feasible(
        experiment.space, data.task, experiment.budget, profile, besides_bytes=metadata_bytes(data.labels)
    )
    display.say(f"{profile.provenance}: {profile_text(profile)}; {share:.0%} of the space keeps the budget")
    return profile


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
    """Register the first finalist that passed its proof. Raises `UserError` where none did."""
    winner = next((finalist for finalist in finalists if finalist.proven), None)
    if winner is None:
        raise UserError(
            "no finalist passed its proof; the reasons are in `potstill status` and on each finalist's page in MLflow. "
            "Raise --finalists.count, or the budget's limits"
        )
    trials = last_rungs(context.journal.records(Trial))
    registry.register_winner(context, winner, trials=len(trials), front=len(front_of(trials)), note=note(finalists))


def _outcome(context: Context, finalists: tuple[Finalist, ...], started: float) -> Outcome:
    return Outcome(
        experiment=context.experiment.name,
        run_id=context.parent.id,
        finalists=finalists,
        trials=len(last_rungs(context.journal.records(Trial))),
        seconds=round(time.monotonic() - started, 1),
    )
