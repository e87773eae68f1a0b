"""A TensorFlow Datasets builder, by its name or from a user's file, as encoded examples."""

import functools
import importlib.util
import sys
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType
from typing import Any, cast

import numpy as np
import tensorflow_datasets as tfds

from experiments.data.prepare import prepared_builder
from experiments.data.sources.items import Items, Kind, Source, split_name
from experiments.data.sources.tfds_labels import labels_of
from experiments.errors import UserError

_KINDS: Mapping[str, Kind] = {"image": "image", "audio": "audio", "text": "text", "sentence": "text"}
"""Features that hold an example, with its kind."""


def open_tfds(name: str, label: str) -> Source:
    """The data set of a builder, prepared; its examples' bytes are read into memory.

    Args:
        name: of a builder, such as `cifar10` or `name/config`, or FILE.py:CLASS.
        label: feature that holds the class.

    Raises:
        UserError: no such data set, or one without a label and a picture, sound or text.
    """
    builder = prepared_builder(_registered(name) if ".py:" in name else name)
    features = dict(cast(Mapping[str, Any], builder.info.features).items())
    content = next((feature for feature in _KINDS if feature in features), None)
    if content is None:
        raise UserError(
            f"{name} has the features {', '.join(sorted(features))}; Potstill takes data sets with one of "
            f"{', '.join(_KINDS)}"
        )
    if content == "image" and not isinstance(features[content], tfds.features.Image):
        raise UserError(f"the feature image of {name} is {features[content]}: it must be a tfds.features.Image")
    labels = labels_of(builder, label)
    if len(labels.names) < 2:
        raise UserError(f"{label} of {name} has fewer than two classes ({', '.join(labels.names)})")
    by_split = {split: there for there in builder.info.splits if (split := split_name(there))}
    if "train" not in by_split:
        raise UserError(f"{name} has the splits {', '.join(builder.info.splits)}; there must be one called train")
    splits = {
        str(split): functools.partial(_items, builder, there, content, label, labels.number)
        for split, there in by_split.items()
    }
    homepage = builder.info.homepage
    return Source(
        name=name, kind=_KINDS[content], classes=labels.names, splits=splits, published=True, homepage=homepage
    )


def _items(builder: Any, split: str, content: str, label: str, number) -> Items:
    # Pictures stay as they are in the file: decoding is the same for every kind of source.
    decoders = {"image": tfds.decode.SkipDecoding()} if content == "image" else None
    examples = list(tfds.as_numpy(builder.as_dataset(split=split, shuffle_files=False, decoders=decoders)))
    contents = [example[content] for example in examples]
    labels = np.array([number(example[label]) for example in examples], np.int64)
    if np.any(labels < 0):
        count = np.count_nonzero(labels < 0)
        raise UserError(f"{count:,} of {len(labels):,} examples of {builder.name}, {split} have no {label}: it is -1")
    return Items(
        names=[f"{split} {place}" for place in range(len(examples))],
        labels=labels,
        content=contents.__getitem__,
    )


def _registered(name: str) -> str:
    """The name under which TFDS knows the builder of a user's FILE.py:CLASS, which is imported."""
    file, _, kind = name.partition(".py:")
    path = Path(f"{file}.py")
    if not path.is_file():
        raise UserError(f"{path} is no file; a builder of your own is named as FILE.py:CLASS")
    builder = getattr(_module(path), kind, None)
    if not (isinstance(builder, type) and issubclass(builder, tfds.core.DatasetBuilder)):
        raise UserError(f"{path} has no builder {kind!r}: name a class that is a tfds.core.DatasetBuilder")
    return builder.name


def _module(path: Path) -> ModuleType:
    """A user's file as a module. It is executed once: TFDS refuses to register its builders again."""
    loaded = sys.modules.get(path.stem)
    if loaded is not None and Path(getattr(loaded, "__file__", None) or "").resolve() == path.resolve():
        return loaded
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = sys.modules[path.stem] = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except (Exception, SystemExit) as error:
        del sys.modules[path.stem]
        raise UserError(f"{path} cannot be imported ({type(error).__name__}: {error})") from error
    return module
