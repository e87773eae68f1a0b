"""The whole path: data, device, teacher, bank, search, files, winner. Each stage resumes from the journal."""

import contextlib
import json
import time

from mlflow.exceptions import MlflowException

from deploy.bundle.metadata import metadata_bytes
from deploy.devices.device import Device
from deploy.latency.profile import LatencyProfile
from experiments.baselines.compare import add_baselines
from experiments.data.load import DataSet, load
from experiments.deploying.finish import finish
from experiments.deploying.score import score
from experiments.devices import inventory
from experiments.devices.calibrate import profile_of, told
from experiments.errors import UserError
from experiments.experiment import Experiment
from experiments.reports.pareto import front_of, write_report
from experiments.reports.summary import note
from experiments.run import home, registry, tracking
from experiments.run.cluster import find_cluster
from experiments.run.context import Context
from experiments.run.display import Display
from experiments.run.folder import RunFolder
from experiments.searching.feasible import require_feasible
from experiments.searching.search_students import search_students
from experiments.searching.warm_start import warm_start
from experiments.teachers.from_source import require_sources
from experiments.teachers.teach import teach
from search.journal import Journal
from search.trial import last_rungs


def run(
    experiment: Experiment,
    display: Display,
    *,
    workers: int | None = None,
    cluster: str | None = None,
    baseline_seeds: int = 0,
) -> dict:
    """Run an experiment to its end, or go on where an earlier launch of it stopped.

    Args:
        workers: students that are trained at once, each in a process of its own if there are several; None is one, or
            on a cluster as many as it has room for.
        cluster: the address of a Ray cluster to train them on, or `local`.
        baseline_seeds: of what the search is held against, once the run is finished; 0 leaves that out.

    Returns:
        The outcome as JSON values: state, winner, finalists, run_id, seconds; and baselines, if there are to be any.

    Raises:
        UserError: before any training where the experiment cannot succeed.
    """
    started = time.monotonic()
    home.require_room(home.home())
    inventory.require_known(experiment.device)
    folder = RunFolder.of(experiment)
    with folder.held(), inventory.opened(experiment.device, display.say) as device:
        journal = Journal(folder.journal_path)
        finished = journal.last("finished")
        ended = dict(already_finished=finished is not None, folder=str(folder.path))
        if finished is not None and not baseline_seeds:
            return {**finished["outcome"], **ended}
        found = find_cluster(cluster, workers) if cluster is not None else None
        data, profile = _check(experiment, device, display)
        (folder.path / "experiment.json").write_text(experiment.to_json())
        client = tracking.connect()
        parent = _parent_run(client, experiment, journal, data, display)
        context = Context(
            experiment=experiment,
            data=data,
            folder=folder.path,
            journal=journal,
            display=display,
            client=client,
            run=parent,
            device=device,
            workers=found.workers if found is not None else workers or 1,
            cluster=found,
        )
        try:
            if finished is None:
                outcome = _stages(context, profile)
                outcome["seconds"] = round(time.monotonic() - started, 1)
                finished = journal.append("finished", outcome=outcome)
            outcome = {**finished["outcome"], **ended}
            if baseline_seeds:
                winner = outcome["winner"]["trial"]
                outcome["baselines"] = add_baselines(context, teach(context)[0], profile, winner, baseline_seeds)
        except BaseException as error:
            killed = isinstance(error, KeyboardInterrupt)
            status = "KILLED" if killed else "FAILED"
            journal.append("interrupted" if killed else "failed", error=f"{type(error).__name__}: {error}")
            # The store may be what failed; the error to show is the first one.
            with contextlib.suppress(MlflowException):
                tracking.end_children(client, client.get_run(parent.id).info.experiment_id, parent.id, status)
                # Baselines may be cut short; what they are added to is finished all the same.
                parent.end(status if finished is None else "FINISHED")
            raise
        parent.end()
        return outcome


def _check(experiment: Experiment, device: Device, display: Display) -> tuple[DataSet, LatencyProfile]:
    """Everything that can refuse the experiment, cheapest first: no run is opened and nothing trained before this."""
    display.stage("data", 1)
    data = load(experiment.data)
    shape = dict(input_shape=data.train.input_shape, classes=data.train.classes)
    display.step()
    display.say(f"{experiment.data.dataset}: {len(data.train):,} to train, {len(data.validation):,} to validate")
    limited = dict(**shape, besides_bytes=metadata_bytes(data.labels))
    require_feasible(experiment.space, experiment.budget, None, **limited)
    require_sources(experiment, data)
    warm_start(experiment.search.start, experiment.space, **shape, besides=RunFolder.of(experiment).path)
    display.stage("device")
    profile = profile_of(
        device,
        experiment.space,
        **shape,
        size_limit=experiment.budget.size_bytes or float("inf"),
        folder=home.home() / "profiles",
        on_step=display.reach,
    )
    share = require_feasible(experiment.space, experiment.budget, profile, **limited)
    display.say(f"{profile.provenance}: {told(profile)}; {share:.0%} of the space keeps the budget")
    return data, profile


def _parent_run(client, experiment, journal, data, display) -> tracking.Run:
    opened = journal.last("run")
    if opened is not None:
        parent = tracking.resume(client, opened["run_id"])
        display.say(
            "this experiment was finished before; going on to its baselines"
            if journal.last("finished")
            else "an earlier launch of this experiment stopped; going on from what it finished"
        )
        return parent
    parent = tracking.Run.start(client, experiment.name, "experiment", f"{experiment.name}-{experiment.key}")
    journal.append("run", run_id=parent.id)
    parent.log(
        params=tracking.flat(json.loads(experiment.to_json())),
        tags={"potstill.data_digest": data.digest, "potstill.key": experiment.key, "git.commit": tracking.git_commit()},
    )
    parent.log_data(experiment.data.dataset, data.digest, len(data.train))
    parent.log_text(experiment.to_json(), "experiment.json")
    return parent


def _stages(context: Context, profile: LatencyProfile) -> dict:
    context.run.log_text(profile.to_json(), "latency_profile.json")
    bank, teacher = teach(context)
    ranking = search_students(context, bank, profile)
    scored = score(context, ranking)
    finalists = finish(context, tuple(each.result for each in scored), bank, teacher)
    results = last_rungs(context.journal.records("trial"))
    about = dict(device=str(profile.provenance), budget=context.experiment.budget, classes=context.data.train.classes)
    for path in write_report(context.folder / "report", results, scored, finalists, **about):
        context.run.log_file(path)
    proven = [record for record in finalists if record["proven"]]
    if not proven:
        raise UserError(
            "no finalist passed its proof; the reasons are in `potstill status` and on each finalist's page in MLflow. "
            "Raise --finalists.count, or the budget's limits"
        )
    winner = proven[0]
    registry.register(
        tracking.Run(context.client, winner["run_id"]),
        context.experiment.name,
        context.folder / "finalists" / winner["trial"],
        input_shape=context.data.train.input_shape,
        classes=context.data.train.classes,
        tags={key: str(winner[key]) for key in ("validation_accuracy", "sha256", "size_bytes", "latency_ms", "device")},
    )
    context.run.log(
        metrics={
            "trials": len(results),
            "front": len(front_of(results)),
            "winner_file_validation_accuracy": winner["validation_accuracy"],
            "winner_file_test_accuracy": winner["test_accuracy"],
            "winner_measured_size_bytes": winner["size_bytes"],
            f"winner_measured_{winner['device']}_latency_ms": winner["latency_ms"],
        },
        tags={"potstill.winner": winner["run_id"], "mlflow.note.content": note(finalists)},
    )
    return {
        "experiment": context.experiment.name,
        "run_id": context.run.id,
        "winner": winner,
        "finalists": finalists,
        "trials": len(results),
    }
