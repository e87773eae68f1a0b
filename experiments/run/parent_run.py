"""The MLflow run of an experiment: started or resumed, and ended with the status that the launch came to."""

import contextlib
import json
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

from mlflow.exceptions import MlflowException
from mlflow.tracking import MlflowClient

from experiments.data.load import DataSet
from experiments.errors import UserError
from experiments.experiment import Experiment
from experiments.run import tracking
from experiments.run.frameworks import is_stop
from experiments.run.records import Failed, Finished, Interrupted, RunBegun
from search.journal import Journal


@contextlib.contextmanager
def parent_run(
    experiment: Experiment, data: DataSet, journal: Journal, say: Callable[[str], None]
) -> Iterator[tracking.Run]:
    """The run that all others of the experiment are nested in, for the time of a launch.

    An error or Ctrl-C inside the block ends it, and what still runs below it, as FAILED or KILLED, and is journaled.

    Raises:
        UserError: the store does not answer, or has not the run that an earlier launch began.
    """
    run = _begun(tracking.connect(), experiment, data, journal, say)
    try:
        yield run
    except BaseException as error:
        killed = is_stop(error)
        status = "KILLED" if killed else "FAILED"
        # Baselines may be cut short; the run that they are added to is finished all the same.
        finished = journal.last(Finished) is not None
        description = "Ctrl-C or SIGTERM" if killed else f"{type(error).__name__}: {error}"
        journal.append(Interrupted(error=description) if killed else Failed(error=description))
        # The store may be what failed; the error to show is the first one.
        with contextlib.suppress(MlflowException):
            _end_children(run.client, run.client.get_run(run.id).info.experiment_id, run.id, status)
            run.end("FINISHED" if finished else status)
        raise
    run.end()


def _begun(
    client: MlflowClient, experiment: Experiment, data: DataSet, journal: Journal, say: Callable[[str], None]
) -> tracking.Run:
    earlier = journal.last(RunBegun)
    if earlier is not None:
        run = _resumed(client, earlier.run_id, experiment.data.dataset, data.digest)
        say(
            "this experiment was finished before; going on to its baselines"
            if journal.last(Finished) is not None
            else "an earlier launch of this experiment stopped; going on from what it finished"
        )
        return run
    run = tracking.Run.start(client, experiment.name, "experiment", f"{experiment.name}-{experiment.key}")
    journal.append(RunBegun(run_id=run.id))
    run.log(
        params=tracking.flat(json.loads(experiment.to_json())),
        tags={"potstill.data_digest": data.digest, "potstill.key": experiment.key, "git.commit": _git_commit()},
    )
    run.log_data(experiment.data.dataset, data.digest, len(data.train))
    run.log_text(experiment.to_json(), "experiment.json")
    return run


def _resumed(client: MlflowClient, run_id: str, dataset: str, digest: str) -> tracking.Run:
    """Resume an earlier launch's run, and end its nested runs that were cut off as KILLED.

    Raises:
        UserError: the store does not have it, or it began with other examples.
    """
    try:
        run = client.get_run(run_id)
    except MlflowException:
        run = None
    if run is None or run.info.lifecycle_stage == "deleted":
        raise UserError(
            f"this run was begun as MLflow run {run_id}, which {tracking.tracking_uri()} does not have; set "
            "MLFLOW_TRACKING_URI as it was then, or change a field such as --seed to run another"
        )
    # Its trials tell nothing of others.
    if run.data.tags.get("potstill.data_digest", digest) != digest:
        raise UserError(
            f"the examples of {dataset} have changed since this run began: bring the earlier ones back to go on with "
            "it, or start another run, such as with --seed 1"
        )
    _end_children(client, run.info.experiment_id, run_id, "KILLED")
    client.update_run(run_id, status="RUNNING")
    return tracking.Run(client, run_id)


def _end_children(client: MlflowClient, experiment_id: str, run_id: str, status: str) -> None:
    """End the nested runs of a run that are still RUNNING."""
    cut_off = f"tags.`{tracking.PARENT}` = '{run_id}' and attributes.status = 'RUNNING'"
    for run in client.search_runs([experiment_id], cut_off):
        client.set_terminated(run.info.run_id, status)


def _git_commit() -> str:
    """Hash of the code's commit, with '+changes' where files differ from it; 'unknown' outside a checkout."""
    here = Path(__file__).parent
    try:
        commit = subprocess.run(["git", "rev-parse", "HEAD"], cwd=here, capture_output=True, text=True, check=True)
        changed = subprocess.run(["git", "status", "--porcelain", "-uno"], cwd=here, capture_output=True, text=True)
    except (OSError, subprocess.CalledProcessError):
        return "unknown"
    return commit.stdout.strip() + ("+changes" if changed.stdout.strip() else "")
