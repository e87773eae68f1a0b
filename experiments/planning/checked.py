"""The data set and the latency profile of a run, checked before anything is trained."""

from deploy.bundle.metadata import metadata_bytes
from deploy.devices.device import Device
from deploy.latency.profile import LatencyProfile
from experiments.data.load import DataSet, load
from experiments.devices.calibrate import profile_text
from experiments.devices.profiles import experiment_profile
from experiments.experiment import Experiment
from experiments.run.display import Display
from experiments.run.folder import RunFolder
from experiments.searching.feasible import require_feasible
from experiments.searching.warm_start import warm_start
from experiments.teachers.from_source import require_sources


def checked_data(experiment: Experiment, display: Display) -> DataSet:
    """The data set, once everything is checked that can refuse the experiment before a device is measured."""
    display.stage("data", 1)
    data = load(experiment.data)
    for note in data.notes:
        display.say(note)
    display.step()
    more = f" and {data.unlabelled:,} unlabelled" if data.unlabelled else ""
    display.say(f"{experiment.data.dataset}: {len(data.train):,}{more} to train, {len(data.validation):,} to validate")
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


def checked_profile(experiment: Experiment, data: DataSet, device: Device, display: Display) -> LatencyProfile:
    """The device's latency profile, measured if there is none; refuses a budget that nothing in the space keeps."""
    display.stage("device")
    profile = experiment_profile(experiment, data.task, device, display.reach)
    share = require_feasible(
        experiment.space, data.task, experiment.budget, profile, besides_bytes=metadata_bytes(data.labels)
    )
    display.say(f"{profile.provenance}: {profile_text(profile)}; {share:.0%} of the space keeps the budget")
    return profile
