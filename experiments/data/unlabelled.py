"""Examples without labels, which a teacher labels: none that validation or test have too."""

from collections.abc import Sequence

import numpy as np

from experiments.data.decode import Readable
from experiments.data.read_split import SplitExamples
from experiments.data.settings import Data
from experiments.data.split import grouped
from experiments.errors import UserError


def repeated(examples: SplitExamples | Readable, others: Sequence[SplitExamples] | Sequence[Readable]) -> np.ndarray:
    """True for examples that are the same as one of the others, or nearly: bool of shape (examples,)."""
    parts = (examples, *others)
    groups = grouped(
        np.concatenate([part.small for part in parts]), np.concatenate([part.digests for part in parts])
    ).groups
    return np.isin(groups[: len(examples.digests)], groups[len(examples.digests) :])


def with_unlabelled(
    everything: SplitExamples, in_train: np.ndarray, judged: Sequence[SplitExamples], data: Data
) -> tuple[SplitExamples, str]:
    """Training examples with the unlabelled ones behind them, and a line that counts these.

    Args:
        everything: the train split with all unlabelled examples behind it.
        in_train: those of the train split that are trained on.
        judged: validation and test; examples that these have too are left out, so that nothing of them is learnt.

    Raises:
        UserError: none is left.
    """
    behind = np.arange(len(everything.digests)) >= len(in_train)
    copies = repeated(everything.part(behind), judged)
    if copies.all():
        raise UserError(
            f"data.unlabelled is {data.unlabelled}: each of its {len(copies):,} examples is in validation or test too, "
            "so that none is left to learn from; give others, or leave it out"
        )
    note = f"{np.count_nonzero(~copies):,} unlabelled examples, for the teacher to label"
    if copies.any():
        note += f"; {np.count_nonzero(copies):,} more are left out, since validation or test have them too, or nearly"
    return everything.part(np.concatenate([in_train, ~copies])), note
