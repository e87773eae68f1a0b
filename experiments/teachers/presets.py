"""Settings of teachers for experiments: one that reaches a high accuracy in little time."""

from distill.recipe import Recipe
from distill.teacher import Teacher


def quick_teacher(*, width: int, epochs: int, batch_size: int) -> Teacher:
    """Airbench's net (Jordan 2024), with a learning rate that follows the batch size."""
    recipe = Recipe(
        optimizer="sgd",
        batch_size=batch_size,
        learning_rate=batch_size / 1024,
        warmup_fraction=0.2,
        weight_decay=1e-2,
        clip_norm=None,
        ema_momentum=0.99,
        precision="measured",
    )
    return Teacher(family="quick", width=width, groups=3, depth=1, epochs=epochs, recipe=recipe)
