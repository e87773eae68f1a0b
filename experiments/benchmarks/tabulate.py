"""Trains every genotype of a small space, once for each seed, so that searches can be compared without training.

Every search then reads the same accuracies (as in NAS-Bench-101, Ying 2019). The table is plain data, in
`search_table.csv` beside this module. Interrupted, the same command goes on; several processes may share the work by
--part and --parts, each with an --output of its own.
"""

import csv
import itertools
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

import tyro

from experiments.data.settings import Data
from search.genotype import Block, Genotype, Stage
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
BATCH = 128
PATH = Path(__file__).parent / "search_table.csv"
FIELDS = ("genotype", "seed", *(f"epochs{count}" for count in EPOCHS), "seconds")


@dataclass(frozen=True, kw_only=True)
class Settings:
    """The part of the table to train, and the file to write."""

    output: Path = PATH
    """The table; rows that are there are not trained again."""
    part: int = 0
    """Number of the part that this process trains, from 0."""
    parts: int = 1
    """Number of parts that the genotypes are trained in."""


def genotypes() -> list[Genotype]:
    """Every genotype of the space, the few with fewer choices first."""
    kinds = [
        Stage(block=block, width=width, depth=1, kernel=3, expansion=1, stride=2, residual=False)
        for width in SPACE.widths
        for block in get_args(Block)
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


def main(settings: Settings) -> None:
    """Train what the table lacks."""
    from experiments.data.load import load
    from experiments.run.frameworks import quiet_libraries

    done = read_table(settings.output) if settings.output.exists() else {}
    wanted = [
        genotype
        for genotype in genotypes()[settings.part :: settings.parts]
        if len(done.get(short(genotype), ())) < len(SEEDS)
    ]
    quiet_libraries()
    import numpy as np
    import tensorflow as tf

    from distill.examples import scaled

    tf.config.threading.set_intra_op_parallelism_threads(1)
    tf.config.threading.set_inter_op_parallelism_threads(1)
    data = load(DATA)
    # Once: memory that a traced step refers to is not freed.
    tensors = [
        tf.constant(part)
        for examples in (data.train, data.validation)
        for part in (scaled(examples.pixels.astype(np.float32)), examples.labels)
    ]
    for number, genotype in enumerate(wanted, start=1):
        rows = _trained(genotype, *tensors)
        new = not settings.output.exists()
        with settings.output.open("a", newline="") as stream:
            writer = csv.writer(stream, lineterminator="\n")
            if new:
                writer.writerow(FIELDS)
            writer.writerows(rows)
        print(f"{number} of {len(wanted)}: {rows[0]}", file=sys.stderr, flush=True)


def _trained(genotype: Genotype, pixels, labels, validating, validating_labels) -> list[tuple]:
    """A row for each seed. The training step is traced once and serves all seeds."""
    import numpy as np
    import tensorflow as tf
    import tf_keras

    from distill.optimizer import build_optimizer
    from distill.recipe import Recipe
    from search.build import build

    tf_keras.backend.clear_session()
    steps = len(labels) // BATCH
    model = build(genotype, seed=0)
    optimizer = build_optimizer(Recipe(learning_rate=4e-3, batch_size=BATCH), steps * EPOCHS[-1])
    optimizer.build(model.trainable_variables)
    fresh = [variable.numpy() for variable in optimizer.variables]

    @tf.function
    def epoch(order):
        for step in tf.range(steps):
            rows = order[step * BATCH : (step + 1) * BATCH]
            with tf.GradientTape() as tape:
                logits = model(tf.gather(pixels, rows), training=True)
                wanted = tf.gather(labels, rows)
                loss = tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(wanted, logits))
            gradients = tape.gradient(loss, model.trainable_variables)
            optimizer.apply_gradients(zip(gradients, model.trainable_variables))

    rows = []
    for seed in SEEDS:
        started = time.process_time()
        model.set_weights(build(genotype, seed=seed).get_weights())
        for variable, value in zip(optimizer.variables, fresh):
            variable.assign(value)
        rng, accuracies = np.random.default_rng(seed), []
        for number in range(1, EPOCHS[-1] + 1):
            epoch(tf.constant(rng.permutation(len(labels))))
            if number in EPOCHS:
                classes = model.predict_on_batch(validating).argmax(axis=1)
                accuracies.append(round(float(np.mean(classes == validating_labels.numpy())), 5))
        rows.append((short(genotype), seed, *accuracies, round(time.process_time() - started, 2)))
    return rows


if __name__ == "__main__":
    main(tyro.cli(Settings, prog="python -m experiments.benchmarks.tabulate", description=__doc__))
