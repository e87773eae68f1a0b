"""A user's own space: a function from Keras Tuner's HyperParameters to a model, or a HyperModel."""

import random
from collections.abc import Callable, Iterator

import keras_tuner


def drawn(build: Callable | keras_tuner.HyperModel, count: int, *, seed: int) -> Iterator[tuple[dict, object]]:
    """Random models of the space with the values that they have, the space's own defaults first."""
    build = build.build if isinstance(build, keras_tuner.HyperModel) else build
    known, rng = keras_tuner.HyperParameters(), random.Random(seed)
    for number in range(count):
        proposal = known.copy()
        if number:
            proposal.values = {hp.name: hp.random_sample(rng.randrange(2**31)) for hp in known.space}
        model = build(proposal)
        # A choice may show itself only behind another.
        known.merge(proposal)
        yield dict(proposal.values), model
