"""A recipe as a tf_keras optimizer."""

import tf_keras

from distill.recipe import Recipe


def build_optimizer(recipe: Recipe, steps: int) -> tf_keras.optimizers.Optimizer:
    """The recipe's optimizer for a training of so many steps."""
    shared = dict(
        learning_rate=warmup_cosine(recipe, steps),
        weight_decay=recipe.weight_decay or None,
        global_clipnorm=recipe.clip_norm,
        use_ema=recipe.ema_momentum is not None,
        ema_momentum=recipe.ema_momentum or 0.99,
    )
    if recipe.optimizer == "sgd":
        optimizer = tf_keras.optimizers.SGD(momentum=0.9, nesterov=True, **shared)
    else:
        optimizer = tf_keras.optimizers.AdamW(**shared)
    if recipe.weight_decay:
        # Names as tf_keras gives them: biases, and the scale and shift of batch normalization.
        optimizer.exclude_from_weight_decay(var_names=["bias", "gamma", "beta"])
    return optimizer


def warmup_cosine(recipe: Recipe, steps: int):
    """The learning rate: up along a line for the first share of the steps, then along a cosine to zero."""
    warmup = int(recipe.warmup_fraction * steps)
    if warmup == 0:
        return tf_keras.optimizers.schedules.CosineDecay(recipe.learning_rate, steps)
    return tf_keras.optimizers.schedules.CosineDecay(
        0.0, max(1, steps - warmup), warmup_target=recipe.learning_rate, warmup_steps=warmup
    )
