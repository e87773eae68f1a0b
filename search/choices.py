"""Genotypes by the choices that make them: random, smallest, widest, or Keras Tuner's values; and back to values."""

import math
import random
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import fields
from typing import Any, Protocol

from search.genotype import Genotype, Stage, sides
from search.space import Space
from search.task import Task


class Chooser(Protocol):
    """The part of Keras Tuner's HyperParameters that a proposal needs."""

    def Choice(self, name: str, values: list, /) -> Any:
        """One of the values."""
        ...

    def conditional_scope(self, parent_name: str, parent_values: list, /) -> AbstractContextManager:
        """Choices in this scope matter only where the parent has one of the values."""
        ...


class _By:
    """Chooses by a function. Keras Tuner's HyperParameters take milliseconds to copy."""

    def __init__(self, choose: Callable[[str, Sequence], Any]):
        """`choose` takes the choice's name and its values, and returns one of them."""
        self._choose = choose

    def Choice(self, name: str, values: list, /) -> Any:
        return self._choose(name, values)

    def conditional_scope(self, _parent_name: str, _parent_values: list, /) -> AbstractContextManager:
        return nullcontext()


def propose(space: Space, task: Task, hp: Chooser) -> Genotype:
    """Read one genotype from `hp`: Keras Tuner's HyperParameters, or a stand-in."""

    def stage(number: int) -> Stage:
        def choose(name: str, values: Sequence):
            return hp.Choice(f"stage{number}_{name}", list(values))

        return Stage(
            block=choose("block", space.blocks),
            width=choose("width", space.widths),
            depth=choose("depth", space.depths),
            kernel=choose("kernel", space.kernels),
            expansion=choose("expansion", space.expansions),
            stride=choose("stride", space.strides),
            residual=bool(choose("residual", space.residuals)),
            projection=bool(choose_if_any(f"stage{number}_projection", space.projections)),
        )

    def choose_if_any(name: str, values: Sequence):
        # Oracles spend random numbers even on a choice of one value, and seeds would draw other students than they did
        # before there were these choices.
        return hp.Choice(name, list(values)) if len(values) > 1 else values[0]

    # The order of the choices is that of an oracle's random draws.
    downscale = choose_if_any("downscale", space.downscales)
    head_width = choose_if_any("head_width", space.head_widths)
    stem_width = hp.Choice("stem_width", list(space.stem_widths))
    kernels = _stem_kernels(space)
    stem_kernel = kernels[hp.Choice("stem_kernel", list(kernels))]
    stem_stride = hp.Choice("stem_stride", list(space.stem_strides))
    count = hp.Choice("stages", list(space.stages))
    stages = []
    for number in range(max(space.stages)):
        # A conditional scope tells the oracles which values matter for this count of stages.
        with hp.conditional_scope("stages", [n for n in space.stages if n > number]):
            stages.append(stage(number))
    return Genotype(
        input_shape=task.input_shape,
        classes=task.classes,
        downscale=downscale,
        stem_width=stem_width,
        stem_kernel=stem_kernel,
        stem_stride=stem_stride,
        stages=tuple(stages[:count]),
        head_width=head_width,
    )


def _stem_kernels(space: Space) -> dict[Any, int | str]:
    """Stem kernels by their values as choices. Keras Tuner takes no numbers beside texts: then 3 goes by 3x3."""
    mixed = len(set(map(type, space.stem_kernels))) > 1
    return {"{}x{}".format(*sides(kernel)) if mixed else kernel: kernel for kernel in space.stem_kernels}


def sample(space: Space, task: Task, rng: random.Random) -> Genotype:
    """A random genotype of the space, each choice even."""
    return propose(space, task, _By(lambda _, values: rng.choice(values)))


def genotype_of(space: Space, task: Task, values: dict) -> Genotype:
    """The genotype of Keras Tuner's values."""
    # A choice that is not active has no value, and any value of its choice makes no difference.
    return propose(space, task, _By(lambda name, choices: values.get(name, choices[0])))


_BLOCKS = ("dense", "depthwise", "basic")
"""Kinds of block, that with the fewest bytes first where all else is least."""


def smallest(space: Space, task: Task) -> Genotype:
    """The genotype of the least of each choice, which random ones may miss; it has the fewest bytes.

    Of several resolutions it has the highest: a lower one saves MACs and memory, and costs the bytes of the pooling.
    """
    return propose(
        space, task, _By(lambda name, values: max(values) if name.endswith("stride") else min(values, key=_extent))
    )


def widest(space: Space, task: Task, block: str, expansion: int) -> Genotype:
    """The genotype with the most weights in each layer, of those whose blocks are all of a kind and an expansion."""
    fixed = {"block": block, "expansion": expansion}

    def choose(name: str, values: Sequence):
        part = name.split("_", 1)[-1]
        return fixed.get(part, min(values) if part in ("downscale", "stride") else max(values, key=_extent))

    return propose(space, task, _By(choose))


def _extent(choice: int | str) -> int:
    """The taps of a rectangular kernel, a kind of block by its weights; another choice as it is."""
    if choice in _BLOCKS:
        return _BLOCKS.index(choice)
    return math.prod(sides(choice)) if isinstance(choice, str) else choice


def values_of(space: Space, genotype: Genotype) -> dict[str, Any]:
    """Keras Tuner's values for a genotype, the inverse of `genotype_of`.

    Raises:
        ValueError: the genotype is not of the space.
    """
    # Where the space has one, nothing asks for it.
    unasked = [
        ("downscale", genotype.downscale, space.downscales),
        ("head_width", genotype.head_width, space.head_widths),
    ]
    unasked += [
        (f"stage{n}_projection", stage.projection, space.projections) for n, stage in enumerate(genotype.stages)
    ]
    for name, value, values in unasked:
        if value not in values:
            raise ValueError(f"{name} is {value}, and the space has {', '.join(map(str, values))}")
    parts: dict[str, Any] = {"stages": len(genotype.stages)}
    for name in ("downscale", "stem_width", "stem_kernel", "stem_stride", "head_width"):
        parts[name] = getattr(genotype, name)
    chosen_as = {kernel: value for value, kernel in _stem_kernels(space).items()}
    parts["stem_kernel"] = chosen_as.get(genotype.stem_kernel, genotype.stem_kernel)
    for number, stage in enumerate(genotype.stages):
        parts |= {f"stage{number}_{field.name}": getattr(stage, field.name) for field in fields(stage)}
    chosen = {}

    def choose(name: str, values: Sequence):
        if name not in parts:
            return values[0]
        if parts[name] not in values:
            raise ValueError(f"{name} is {parts[name]}, and the space has {', '.join(map(str, values))}")
        chosen[name] = parts[name]
        return chosen[name]

    if propose(space, genotype.task, _By(choose)) != genotype:
        raise ValueError(f"{genotype} has more stages than the space, which has {', '.join(map(str, space.stages))}")
    return chosen
