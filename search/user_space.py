"""A user's own space: a function from Keras Tuner's HyperParameters to a model, or a HyperModel."""

import random
from collections.abc import Callable, Iterator

import keras_tuner


def sample_models(build: Callable | keras_tuner.HyperModel, count: int, *, seed: int) -> Iterator[tuple[dict, object]]:
    """Random models of the space with the values that they have, the space's own defaults first."""
    build = build.build if isinstance(build, keras_tuner.HyperModel) else build
    space, rng = keras_tuner.HyperParameters(), random.Random(seed)
    for number in range(count):
        proposal = space.copy()
        if number:
            proposal.values = {hp.name: hp.random_sample(rng.randrange(2**31)) for hp in space.space}
        model = build(proposal)
        # A choice may depend on the value of another.
        space.merge(proposal)
        yield dict(proposal.values), model
