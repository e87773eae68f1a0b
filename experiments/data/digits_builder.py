"""scikit-learn's bundled handwritten digits as a TFDS builder: real data that needs no network."""

from typing import cast

import numpy as np
import tensorflow_datasets as tfds


class PotstillDigits(tfds.core.GeneratorBasedBuilder):
    """1,797 grey images of 8x8, 17 levels, 10 classes: UCI's optical recognition test set (Alpaydin & Kaynak 1998)."""

    VERSION = tfds.core.Version("1.0.0")

    def _info(self) -> tfds.core.DatasetInfo:
        return tfds.core.DatasetInfo(
            builder=self,
            description=type(self).__doc__,
            features=tfds.features.FeaturesDict(
                {
                    "image": tfds.features.Image(shape=(8, 8, 1), dtype=np.uint8),
                    "label": tfds.features.ClassLabel(num_classes=10),
                }
            ),
            supervised_keys=("image", "label"),
            homepage="https://archive.ics.uci.edu/dataset/80/optical+recognition+of+handwritten+digits",
        )

    def _split_generators(self, dl_manager):
        return {"train": self._generate_examples()}

    def _generate_examples(self):
        from sklearn.datasets import load_digits
        from sklearn.utils import Bunch

        digits = cast(Bunch, load_digits())
        # Levels 0..16 spread over 0..255.
        pixels = np.round(digits.images * (255 / 16)).astype(np.uint8)[..., None]
        for number, (image, label) in enumerate(zip(pixels, digits.target)):
            yield number, {"image": image, "label": int(label)}
