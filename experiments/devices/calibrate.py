"""Calibration of a device: measures some students of a space, fits a latency profile and stores it."""

import math
import random
import time
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import numpy as np

from deploy.devices.device import Device, OnStep
from deploy.digests import key_of, sha256_of
from deploy.files import atomic
from deploy.latency.fit import MIN_MEASUREMENTS, fit, informative
from deploy.latency.profile import LatencyProfile
from deploy.latency.skeleton import skeleton
from experiments.errors import UserError
from search.choices import sample
from search.estimate import estimate
from search.genotype import Genotype, Stage
from search.space import Space
from search.task import Task
from search.walk import Layer, walk

STUDENTS = 90
"""Students that are measured for a profile, half of them chosen, half random."""
REPEATED = 10
"""So many of them are measured a second time, to see how far two measurements of a file differ."""
_CANDIDATES = 2_000


def space_key(space: Space, task: Task) -> str:
    """Names the space that a profile is fitted on."""
    choices = asdict(space)
    # As before there were the choices, so that profiles stay those of their spaces.
    if space.downscales == (1,):
        del choices["downscales"]
    if space.head_widths == (0,):
        del choices["head_widths"]
    if space.projections == (False,):
        del choices["projections"]
    parts = dict(space=choices, input_shape=task.input_shape, classes=task.classes)
    return key_of(parts, digits=10)


def profile_of(
    device: Device,
    space: Space,
    task: Task,
    *,
    size_limit: float,
    folder: Path,
    again: bool = False,
    on_step: OnStep = lambda done, count: None,
) -> LatencyProfile:
    """The profile of a device for a space: read from `folder`, or measured now and kept there.

    Nothing is trained or converted: the files have random weights, which latency does not depend on.

    Args:
        size_limit: students whose file would be larger are left out, as the search leaves them out.
        again: measure even where a profile is kept.
        on_step: as `Device.measure` has it.

    Raises:
        UserError: a table that lacks too many of the students.
    """
    key = space_key(space, task)
    provenance = device.provenance()
    path = folder / f"{device.name}-{key}.json"
    earlier = None if again else _read(path)
    if earlier is not None and (earlier.provenance, earlier.space_key) == (provenance, key):
        return earlier

    students = to_measure(space, task, size_limit=size_limit)
    designed = len(students) // 2
    if device.only_files is not None:
        there = [sha256_of(skeleton(layers)) in device.only_files for layers in students]
        designed = sum(there[:designed])
        students = [layers for layers, is_there in zip(students, there) if is_there]
        if len(students) < MIN_MEASUREMENTS:
            raise UserError(
                f"the table {device.name} has {len(students)} of the {STUDENTS} students of this space; at least "
                f"{MIN_MEASUREMENTS} are needed. Write them with `potstill calibrate {device.name} --export FOLDER`, "
                "measure them on the device, and add the table again"
            )
    profile = measured_profile(device, students, designed=designed, space_key=key, on_step=on_step)
    folder.mkdir(parents=True, exist_ok=True)
    with atomic(path) as partial:
        partial.write_text(profile.to_json())
    return profile


def measured_profile(
    device: Device,
    students: Sequence[Sequence[Layer]],
    *,
    designed: int,
    space_key: str,
    on_step: OnStep = lambda done, count: None,
) -> LatencyProfile:
    """Measure students, some of them twice, and fit their profile; the first `designed` as `fit` has it."""
    files = [skeleton(layers) for layers in students]
    started = time.monotonic()
    first = [latency.median_ms for latency in device.measure(files, on_step)]
    # Loaded anew: clocks, caches and where memory lies are others in another sitting, as they are for a finalist.
    again = [latency.median_ms for latency in device.measure(files[-REPEATED:])]
    return fit(
        students,
        np.array(first),
        repeatability=max(abs(late / early - 1) for early, late in zip(first[-REPEATED:], again)),
        designed=designed,
        provenance=device.provenance(),
        space_key=space_key,
        seconds=round(time.monotonic() - started, 1),
    )


def to_measure(space: Space, task: Task, *, size_limit: float, seed: int = 0) -> list[tuple[Layer, ...]]:
    """Layers of the students that tell most of a device's prices; the same ones for the same space and seed."""
    rng = random.Random(f"{space_key(space, task)} {seed}")
    # By their layers: genotypes may differ in a choice that makes no difference, such as a shortcut where none fits.
    candidates: dict[tuple[Layer, ...], None] = {}
    for _ in range(10 * _CANDIDATES):
        genotype = sample(space, task, rng)
        if estimate(genotype, None).size_bytes <= size_limit:
            candidates[walk(genotype)] = None
        if len(candidates) == _CANDIDATES:
            break
    if not candidates:
        # The refusal of a limit that nothing keeps shows what students cost: of any size, then.
        return to_measure(space, task, size_limit=math.inf, seed=seed)
    chosen = informative(list(candidates), chosen=STUDENTS // 2, others=STUDENTS - STUDENTS // 2)
    students = list(candidates)
    return [students[position] for position in chosen]


def smallest_file() -> bytes:
    """A tiny student, to see whether a device measures at all."""
    stage = Stage(block="depthwise", width=8, depth=1, kernel=3, expansion=1, stride=1, residual=False)
    tiny = Genotype(input_shape=(8, 8, 1), classes=10, stem_width=8, stem_kernel=3, stem_stride=1, stages=(stage,))
    return skeleton(walk(tiny))


def profile_text(profile: LatencyProfile) -> str:
    """The accuracy of a profile, in words."""
    return (
        f"latency predicted from {profile.measurements} files measured in {profile.seconds:.0f} s; of those left out, "
        f"{profile.within_5_percent:.0%} within 5 %, the worst {profile.largest_error:.0%} off"
    )


def _read(path: Path) -> LatencyProfile | None:
    try:
        return LatencyProfile.from_json(path.read_text())
    except (OSError, ValueError):
        return None
