"""A compression: the steps from a trained model to a file, as a value and as a line of text."""

from dataclasses import dataclass, fields
from typing import Literal

from deploy.compress.ranges import RangeName

Numbers = Literal["int8", "int16x8", "dynamic_range", "float16"]
Pattern = Literal["free", "2:4"]

_WORDS = {**{number: ("numbers", number) for number in Numbers.__args__}, "trained": ("trained", True)}


@dataclass(frozen=True, kw_only=True)
class Compression:
    """Steps in the order in which they are taken. By default a model becomes int8 and nothing else."""

    shrink: float = 0.0
    """Proximal regularization before pruning, where the compression is trained: share of the mean length that each
    length loses in an epoch, of channels (group lasso) where channels are pruned, else of weights (L1). 0 is off."""
    blocks: int = 0
    """Residual blocks that are removed: those whose removal raises the loss least."""
    rank: float = 1.0
    """Low-rank factorization that preserves this share of the squared singular values; 1 is off."""
    channels: float = 1.0
    """Channel pruning down to this share of the multiply-accumulate operations; 1 is off."""
    zeros: float = 0.0
    """Sparsity: share of weights that are set to zero. Zeros shrink the gzipped file, and nothing else."""
    pattern: Pattern = "free"
    """Pattern of the zeros: free, or two in any four neighbours."""
    clusters: int = 0
    """Clustering: different values that weights of a layer may have, 3 to 256; shrinks the gzipped file. 0 is off."""
    powers_of_two: bool = False
    """Clusters at the largest weight times powers of two, with both signs, and at zero."""
    ranges: RangeName = "min_max"
    """Range of the activations that int8 covers: of all representative activations, of all but a ten-thousandth at
    each end, or the one with the least squared error."""
    numbers: Numbers = "int8"
    """int8 is of weights and activations; int16x8 has activations in int16, dynamic_range and float16 in float."""
    trained: bool = False
    """Fine-tuning between the steps, and quantization-aware training before conversion."""

    def __post_init__(self):
        def require(name: str, allowed: str, good: bool) -> None:
            if not good:
                raise ValueError(f"{name} is {getattr(self, name)}: it must be {allowed}")

        require("shrink", "from 0 to below 1", 0 <= self.shrink < 1)
        require("blocks", "0 or more", self.blocks >= 0)
        require("rank", "above 0, up to 1", 0 < self.rank <= 1)
        require("channels", "above 0, up to 1", 0 < self.channels <= 1)
        require("zeros", "from 0 to below 1", 0 <= self.zeros < 1)
        require("pattern", "free, or 2:4 with 0.5 zeros", self.pattern == "free" or self.zeros == 0.5)
        require("clusters", "from 3 to 256, or 0", self.clusters == 0 or 3 <= self.clusters <= 256)
        require("clusters", "0 with other numbers than int8", self.clusters == 0 or self.numbers == "int8")
        require("powers_of_two", "False without clusters", self.clusters > 0 or not self.powers_of_two)

    @property
    def reshapes(self) -> bool:
        """True if a step changes layers or widths."""
        return self.blocks > 0 or self.rank < 1 or self.channels < 1

    def __str__(self) -> str:
        """Such as `channels 0.5, int8, trained`; `parsed` reads it."""
        parts = []
        for field in fields(self):
            value = getattr(self, field.name)
            if field.name == "numbers" or (value is True):
                parts.append(value if field.name == "numbers" else field.name)
            elif value != field.default:
                parts.append(f"{field.name} {value:g}" if isinstance(value, float) else f"{field.name} {value}")
        return ", ".join(parts)


def parsed(text: str) -> Compression:
    """The compression that a line such as `channels 0.5, clusters 32, int8` stands for. Raises ValueError."""
    values, kinds = {}, {field.name: type(field.default) for field in fields(Compression)}
    for part in filter(None, (part.strip() for part in text.split(","))):
        name, _, value = part.partition(" ")
        try:
            if part in _WORDS:
                name, value = _WORDS[part]
            elif kinds[name] is bool:
                value = {"": True}[value]
            else:
                value = kinds[name](value)
        except (KeyError, ValueError) as error:
            steps = ", ".join(f"{name} {kind.__name__}" for name, kind in kinds.items() if kind in (int, float))
            raise ValueError(
                f"{part!r} is no step of compression; known: {steps}, pattern 2:4, powers_of_two, ranges mse, "
                f"{', '.join(Numbers.__args__)}; such as 'channels 0.5, clusters 32, int8'"
            ) from error
        values[name] = value
    for name, allowed in (("pattern", Pattern.__args__), ("ranges", RangeName.__args__)):
        if name in values and values[name] not in allowed:
            raise ValueError(f"{name} is {values[name]}: it must be {' or '.join(allowed)}")
    return Compression(**values)
