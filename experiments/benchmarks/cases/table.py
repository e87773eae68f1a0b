"""A small space with the accuracy of every student, so that searches can be compared without training.

The table is made by `experiments.benchmarks.cases.tabulate`; every search then reads the same accuracies, as in
NAS-Bench-101
(Ying 2019).
"""

import csv
import itertools
from pathlib import Path

from experiments.data.settings import Data
from search.genotype import Genotype, Stage
from search.space import Space
from search.task import Task

SPACE = Space(
    stem_widths=(8, 16),
    stem_strides=(2,),
    stages=(1, 2, 3),
    widths=(8, 16, 24, 32),
    depths=(1,),
    kernels=(3,),
    expansions=(1,),
    strides=(2,),
    residuals=(False,),
)
"""1,168 genotypes for clothes of 28 x 28 pixels."""
DATA = Data(dataset="fashion_mnist", validation_fraction=0.1, train_examples=6_000)
TASK = Task(input_shape=(28, 28, 1), classes=10)
SEEDS = (0, 1, 2)
EPOCHS = (1, 3, 9)
"""After so many epochs of one training accuracy is noted: the rungs of a search."""
PATH = Path(__file__).parents[1] / "search_table.csv"
FIELDS = ("genotype", "seed", *(f"epochs{count}" for count in EPOCHS), "seconds")


def genotypes() -> list[Genotype]:
    """Every genotype of the space, the few with fewer choices first."""
    kinds = [
        Stage(block=block, width=width, depth=1, kernel=3, expansion=1, stride=2, residual=False)
        for width in SPACE.widths
        for block in SPACE.blocks
    ]
    return [
        Genotype(
            input_shape=TASK.input_shape,
            classes=TASK.classes,
            stem_width=stem,
            stem_kernel=3,
            stem_stride=2,
            stages=stages,
        )
        for count in SPACE.stages
        for stem in SPACE.stem_widths
        for stages in itertools.product(kinds, repeat=count)
    ]


def short(genotype: Genotype) -> str:
    """The genotype in a few letters, such as `16 d8 s32`: stem, then dense or separable stages with their widths."""
    letters = {"dense": "d", "depthwise": "s"}
    return " ".join([str(genotype.stem_width), *(f"{letters[stage.block]}{stage.width}" for stage in genotype.stages)])


def read_table(path: Path = PATH) -> dict[str, dict[int, tuple[float, ...]]]:
    """Accuracies on validation by genotype and seed, one for each of EPOCHS."""
    table: dict[str, dict[int, tuple[float, ...]]] = {}
    with path.open(newline="") as stream:
        for row in csv.DictReader(stream):
            accuracies = tuple(float(row[f"epochs{count}"]) for count in EPOCHS)
            table.setdefault(row["genotype"], {})[int(row["seed"])] = accuracies
    return table
