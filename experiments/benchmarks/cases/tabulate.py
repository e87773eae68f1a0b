"""Trains every genotype of a small space, once for each seed, so that searches can be compared without training.

Every search then reads the same accuracies (as in NAS-Bench-101, Ying 2019). The table is plain data, in
`search_table.csv` beside the benchmarks. Interrupted, the same command goes on; several processes may share the work by
--part and --parts, each with an --output of its own.
"""

import csv
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import tyro

from experiments.benchmarks.cases.table import DATA, EPOCHS, FIELDS, PATH, SEEDS, genotypes, read_table, short
from search.genotype import Genotype

BATCH = 128


@dataclass(frozen=True, kw_only=True)
class Settings:
    """The part of the table to train, and the file to write."""

    output: Path = PATH
    """The table; rows that are there are not trained again."""
    part: int = 0
    """Number of the part that this process trains, from 0."""
    parts: int = 1
    """Number of parts that the genotypes are trained in."""


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
        for part in (scaled(examples.pixels[:].astype(np.float32)), examples.labels)
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
    main(tyro.cli(Settings, prog="python -m experiments.benchmarks.cases.tabulate", description=__doc__))
