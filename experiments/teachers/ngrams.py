"""A teacher for texts that is quickly fitted: a linear support vector machine on words and pairs of words.

On some thousand short texts it is more accurate than networks (Wang & Manning 2012, "Baselines and Bigrams"). It reads
the pixels that students see, in which equal tokens have equal columns, and so answers for any view: with tokens
dropped, or mixed of two texts.
"""

import numpy as np
import tensorflow as tf
from scipy import sparse

from deploy.bundle.preprocessing import Text
from deploy.digests import sha256_of
from deploy.proof.confidence import fitted_temperature
from distill.examples import chunks
from experiments.data.load import DataSet
from experiments.errors import UserError
from experiments.experiment import Experiment
from experiments.run.context import Context
from experiments.teachers.ready import ReadyTeacher, accuracy_of

NGRAMS = "ngrams"
"""The source's name."""
_LONGEST = 2
_BUCKETS = 1 << 20
_GREY = 128
_REGULARIZATION = 0.3
"""Inverse of its strength."""


def require_texts(experiment: Experiment, data: DataSet) -> None:
    """Raise `UserError` for other data, or a loss on a network's features."""
    if not isinstance(data.rendering, Text):
        raise UserError(f"teacher.source {NGRAMS} is for texts, and {experiment.data.dataset} has none: leave it out")
    if experiment.distillation.features:
        raise UserError(f"teacher.source {NGRAMS} has no features: take losses on logits alone")


def ngram_teacher(context: Context) -> ReadyTeacher:
    """The model of the training examples, on the n-grams that a text has; its margins are logits by a temperature."""
    # scikit-learn takes two seconds to import.
    from sklearn.svm import LinearSVC

    data = context.data
    model = LinearSVC(C=_REGULARIZATION, random_state=0)
    grams = sparse.csr_matrix(sparse.vstack([_grams(pixels) for pixels in chunks(data.train.pixels)]))
    # Others have no weight.
    used = np.unique(grams.indices)
    model.fit(grams[:, used], data.train.labels)

    def margins(pixels: np.ndarray) -> np.ndarray:
        decision = model.decision_function(_grams(pixels)[:, used])
        # Of two classes it is the second one's alone.
        return np.stack([-decision / 2, decision / 2], axis=1) if decision.ndim == 1 else decision

    seen = np.concatenate([margins(pixels) for pixels in chunks(data.validation.pixels)])
    temperature = fitted_temperature(seen, data.validation.labels)

    def outputs(pixels: tf.Tensor, numbers: np.ndarray) -> dict[str, np.ndarray]:
        levels = np.round((np.asarray(pixels) + 1) * 128).astype(np.uint8)
        return {"logits": (margins(levels) / temperature).astype(np.float32)}

    reached = accuracy_of(outputs, data.validation)
    context.display.say(f"teacher {NGRAMS}: {reached:.2%} on validation")
    digest = sha256_of((model.coef_ / temperature).astype(np.float32).tobytes())
    return ReadyTeacher(
        outputs=outputs,
        digest=digest,
        accuracy=reached,
        description="linear support vector machine on words and pairs of words",
    )


def _grams(pixels: np.ndarray) -> sparse.csr_matrix:
    """1 for each n-gram in a text, by bucket: of shape (texts, _BUCKETS), from uint8 (texts, 1, tokens, features)."""
    columns = pixels[:, 0]
    factors = np.random.default_rng(0).integers(0, 1 << 63, columns.shape[2], np.uint64)
    # Sums and products wrap around at 64 bits, as hashes may.
    keys = (columns - np.uint8(_GREY)).astype(np.uint64) @ factors
    is_token = np.any(columns != _GREY, axis=2)
    rows, buckets = [], []
    for row, (row_keys, here) in enumerate(zip(keys, is_token)):
        tokens = row_keys[here]
        grams = tokens
        for length in range(1, _LONGEST + 1):
            if length > 1:
                grams = grams[:-1] * factors[0] + tokens[length - 1 :]
            buckets.append(((grams * factors[-1]) >> np.uint64(40)) % np.uint64(_BUCKETS))
            rows.append(np.full(len(grams), row))
    places = np.concatenate(rows), np.concatenate(buckets).astype(np.int64)
    grams = sparse.csr_matrix((np.ones(len(places[0])), places), shape=(len(pixels), _BUCKETS))
    # However often it is there.
    grams.data[:] = 1
    return grams
