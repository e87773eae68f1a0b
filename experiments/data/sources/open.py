"""The source of a data set, by what the user named: a folder, a file, a builder, or a name of TFDS."""

from pathlib import Path

from experiments.data.settings import Data
from experiments.data.sources.items import Source
from experiments.errors import UserError


def open_source(data: Data) -> Source:
    """Open a data set; nothing is decoded yet. Raises `UserError` for one that cannot be opened."""
    if not data.dataset.strip():
        raise UserError("the data set has no name: give a folder, a file, or the name of a TFDS builder")
    path = Path(data.dataset).expanduser()
    # A folder that is called like a data set of TFDS is named with a slash.
    if path.is_dir() and ("/" in data.dataset or not is_builder(data.dataset)):
        from experiments.data.sources.folder import open_folder
        from experiments.data.sources.table import open_tables

        return open_tables(path, data.label) or open_folder(path)
    if path.suffix == ".npz" and path.is_file():
        from experiments.data.sources.arrays import open_arrays

        return open_arrays(path)
    is_file_name = path.suffix.lower() in (".npz", ".csv", ".tsv")
    if is_file_name and path.is_file():
        from experiments.data.sources.table import open_table

        return open_table(path, data.label)
    if ".py:" not in data.dataset and (is_file_name or data.dataset.startswith(("/", ".", "~"))):
        raise UserError(
            f"{data.dataset} is no data set: give a folder with a folder for each class, a .npz with pictures and "
            "labels, a .csv or .tsv with texts and labels, FILE.py:CLASS of a TFDS builder, or the name of one"
        )
    # TFDS takes a second to import.
    from experiments.data.sources.tfds_source import open_tfds

    return open_tfds(data.dataset, data.label)


def is_builder(name: str) -> bool:
    """True for a name that TFDS knows, whether its data are here or not."""
    # TFDS takes a second to import.
    import tensorflow_datasets as tfds

    from experiments.data import digits_builder  # noqa: F401  registers our builder with TFDS

    try:
        tfds.builder_cls(name.partition("/")[0])
    except (tfds.core.DatasetNotFoundError, ValueError):
        return _is_prepared(name)
    return True


def _is_prepared(name: str) -> bool:
    """True for a data set that lies where TFDS keeps such, though nobody here has its builder."""
    import tensorflow_datasets as tfds

    try:
        return tfds.builder(name).is_prepared()
    except Exception:
        # TFDS raises errors of many kinds for what is no name of a data set.
        return False
