"""The architectures that a search may propose."""

import random
from contextlib import nullcontext
from dataclasses import dataclass, fields

from search.genotype import Genotype, Stage
from search.task import Task


@dataclass(frozen=True, kw_only=True)
class Space:
    """The choices for each part of a student. Every combination is a model that tfmot can quantize."""

    downscales: tuple[int, ...] = (1,)
    """What height and width of the image are divided by, by mean pooling, before anything else: the resolution."""
    stem_widths: tuple[int, ...] = (8, 16)
    """Channels of the first convolution."""
    stem_kernels: tuple[int, ...] = (3,)
    """Kernel of the first convolution."""
    stem_strides: tuple[int, ...] = (1,)
    """Stride of the first convolution."""
    stages: tuple[int, ...] = (1, 2, 3)
    """How many stages."""
    blocks: tuple[str, ...] = ("dense", "depthwise")
    """Kinds of block: dense, depthwise."""
    widths: tuple[int, ...] = (8, 16, 24, 32, 48, 64)
    """Output channels of a stage."""
    depths: tuple[int, ...] = (1, 2)
    """Blocks in a stage."""
    kernels: tuple[int, ...] = (3, 5)
    """Kernel of a block's spatial convolution."""
    expansions: tuple[int, ...] = (1, 2, 4)
    """Hidden channels of a block per input channel; 1 has no hidden layer."""
    strides: tuple[int, ...] = (1, 2)
    """Stride of a stage's first block."""
    residuals: tuple[bool, ...] = (True, False)
    """Whether blocks of equal input and output shape add their input."""
    head_widths: tuple[int, ...] = (0,)
    """Channels of a 1 x 1 convolution between the last stage and the mean pooling; 0 is none."""

    def __post_init__(self):
        for field in fields(self):
            choices = getattr(self, field.name)
            if not choices:
                raise ValueError(f"space.{field.name} is empty: give at least one choice")
            if field.name == "blocks" and not set(choices) <= {"dense", "depthwise"}:
                raise ValueError(f"space.blocks is {choices}: the kinds are dense and depthwise")
            least = 0 if field.name == "head_widths" else 1
            if field.name not in ("blocks", "residuals") and min(choices) < least:
                raise ValueError(f"space.{field.name} is {choices}: each choice must be {least} or more")


def propose(space: Space, task: Task, hp) -> Genotype:
    """Read one genotype from `hp`: Keras Tuner's HyperParameters, or what has its Choice and conditional_scope."""

    def stage(number: int) -> Stage:
        def choose(name, choices):
            return hp.Choice(f"stage{number}_{name}", list(choices))

        return Stage(
            block=choose("block", space.blocks),
            width=choose("width", space.widths),
            depth=choose("depth", space.depths),
            kernel=choose("kernel", space.kernels),
            expansion=choose("expansion", space.expansions),
            stride=choose("stride", space.strides),
            residual=bool(choose("residual", space.residuals)),
        )

    def choose_if_any(name, choices):
        # Oracles spend random numbers even on a choice of one value, and seeds would draw other students than they did
        # before there were these choices.
        return hp.Choice(name, list(choices)) if len(choices) > 1 else choices[0]

    around = dict(
        downscale=choose_if_any("downscale", space.downscales),
        head_width=choose_if_any("head_width", space.head_widths),
    )
    stem = dict(
        stem_width=hp.Choice("stem_width", list(space.stem_widths)),
        stem_kernel=hp.Choice("stem_kernel", list(space.stem_kernels)),
        stem_stride=hp.Choice("stem_stride", list(space.stem_strides)),
    )
    count = hp.Choice("stages", list(space.stages))
    stages = []
    for number in range(max(space.stages)):
        # A conditional scope tells the oracles which values matter for this count of stages.
        with hp.conditional_scope("stages", [n for n in space.stages if n > number]):
            stages.append(stage(number))
    return Genotype(input_shape=task.input_shape, classes=task.classes, **around, stages=tuple(stages[:count]), **stem)


class _RandomChoices:
    """Stands where Keras Tuner's HyperParameters would, and chooses evenly."""

    def __init__(self, rng: random.Random):
        self._rng = rng

    def Choice(self, _name, values):
        return self._rng.choice(values)

    def conditional_scope(self, _parent, _values):
        return nullcontext()


def sample(space: Space, task: Task, rng: random.Random) -> Genotype:
    """A random genotype of the space, each choice even."""
    return propose(space, task, _RandomChoices(rng))


class _Given:
    """Stands where Keras Tuner's HyperParameters would, which takes milliseconds to copy, and has its values."""

    def __init__(self, values: dict):
        self._values = values

    def Choice(self, name, values):
        # A choice that is not active has no value, and its own makes no difference.
        return self._values.get(name, values[0])

    def conditional_scope(self, _parent, _values):
        return nullcontext()


def genotype_of(space: Space, task: Task, values: dict) -> Genotype:
    """The genotype of Keras Tuner's values."""
    return propose(space, task, _Given(values))


class _Smallest:
    """Stands where Keras Tuner's HyperParameters would, and chooses what costs least: few, narrow, far apart."""

    def Choice(self, name, values):
        return max(values) if name.endswith("stride") else min(values)

    def conditional_scope(self, _parent, _values):
        return nullcontext()


def smallest(space: Space, task: Task) -> Genotype:
    """The genotype of the least of each choice, which random ones may miss; it has the fewest bytes.

    Of several resolutions it has the highest: a lower one saves MACs and memory, and costs the bytes of the pooling.
    """
    return propose(space, task, _Smallest())


class _Widest:
    """Stands where Keras Tuner's HyperParameters would, and chooses the largest maps and the most weights."""

    def __init__(self, block: str, expansion: int):
        self._given = {"block": block, "expansion": expansion}

    def Choice(self, name, values):
        what = name.split("_", 1)[-1]
        return self._given.get(what, min(values) if what in ("downscale", "stride") else max(values))

    def conditional_scope(self, _parent, _values):
        return nullcontext()


def widest(space: Space, task: Task, block: str, expansion: int) -> Genotype:
    """The genotype with the most weights in each layer, of those whose blocks are all of a kind and an expansion."""
    return propose(space, task, _Widest(block, expansion))


class _ChoicesOf:
    """Stands where Keras Tuner's HyperParameters would, and reads off what a genotype chose."""

    def __init__(self, genotype: Genotype):
        self._given = {"stages": len(genotype.stages)}
        names = ("downscale", "stem_width", "stem_kernel", "stem_stride", "head_width")
        self._given |= {name: getattr(genotype, name) for name in names}
        for number, stage in enumerate(genotype.stages):
            self._given |= {f"stage{number}_{field.name}": getattr(stage, field.name) for field in fields(stage)}
        self.values: dict = {}

    def Choice(self, name, values):
        if name not in self._given:
            return values[0]
        if self._given[name] not in values:
            raise ValueError(f"{name} is {self._given[name]}, and the space has {', '.join(map(str, values))}")
        self.values[name] = self._given[name]
        return self.values[name]

    def conditional_scope(self, _parent, _values):
        return nullcontext()


def choices(space: Space, genotype: Genotype) -> dict:
    """What Keras Tuner's values would be for a genotype. Raises ValueError for one that is not of the space."""
    # Where the space has one, nothing asks for it.
    for name, values in (("downscale", space.downscales), ("head_width", space.head_widths)):
        if getattr(genotype, name) not in values:
            raise ValueError(f"{name} is {getattr(genotype, name)}, and the space has {', '.join(map(str, values))}")
    read = _ChoicesOf(genotype)
    again = propose(space, genotype.task, read)
    if again != genotype:
        raise ValueError(f"{genotype} has more stages than the space, which has {', '.join(map(str, space.stages))}")
    return read.values
