"""Preparation of a TFDS builder; a missing file is named at once instead of retried."""

import contextlib
import json
from pathlib import Path
from typing import cast

import requests
import tensorflow_datasets as tfds
from etils import epath
from tensorflow_datasets.core.download import resource

from deploy.digests import sha256_of
from experiments.data import digits_builder  # noqa: F401  registers our builder with TFDS
from experiments.errors import UserError

_SHOWN = 300
"""Characters of an error of TFDS."""


def prepared_builder(name: str) -> tfds.core.DatasetBuilder:
    """A TFDS builder whose data are on disk; downloads and prepares them when they are not.

    Raises:
        UserError: unknown data set, or a file that is neither here nor to be had.
    """
    try:
        builder = cast(tfds.core.DatasetBuilder, tfds.builder(name))
    except tfds.core.DatasetNotFoundError as error:
        raise UserError(
            f"unknown data set {name!r}; known: every name of tensorflow_datasets.list_builders(), and potstill_digits"
        ) from error
    except Exception as error:
        # Builders of users are built here, and TFDS raises errors of many kinds for names and configs.
        raise UserError(f"data set {name!r} cannot be opened ({_in_a_line(error)})") from error
    if builder.is_prepared():
        return builder
    _require_files(builder, Path(builder._data_dir_root) / "downloads")
    with open("/dev/null", "w") as sink, contextlib.redirect_stdout(sink):
        tfds.disable_progress_bar()
        try:
            builder.download_and_prepare()
        except Exception as error:
            # Of a user's builder, of a download, or of the disk.
            raise UserError(f"data set {name!r} cannot be prepared ({_in_a_line(error)})") from error
    return builder


def _in_a_line(error: Exception) -> str:
    """The cause of an error of TFDS, whose messages have many lines."""
    while error.__cause__ is not None and isinstance(error.__cause__, Exception):
        error = error.__cause__
    return f"{type(error).__name__}: {' '.join(str(error).split())[:_SHOWN]}"


def _require_files(builder, downloads: Path) -> None:
    """Check that each file is at hand or reachable: TFDS itself would retry for minutes without a network."""
    for url, info in (builder.url_infos or {}).items():
        target = downloads / resource.get_dl_fname(url, info.checksum)
        if target.exists():
            _adopt(target, url, info, builder.name)
            continue
        try:
            requests.get(url, stream=True, timeout=10).close()
        except requests.RequestException as error:
            raise UserError(
                f"data set {builder.name!r} is not prepared in {downloads.parent}, and its file "
                f"{info.filename or url} is missing and cannot be downloaded ({type(error).__name__}). "
                f"On a machine with a network fetch {url} and save it here as {target}; then run this again. "
                f"Or copy a prepared {downloads.parent.name}/{builder.name} folder from there to {downloads.parent}"
            ) from error


def _adopt(target: Path, url: str, info, name: str) -> None:
    """Write the record that TFDS keeps beside a downloaded file, for one that a user placed by hand."""
    note = Path(resource.get_info_path(epath.Path(target)))
    if note.exists():
        return
    digest = sha256_of(target.read_bytes())
    if digest != info.checksum:
        raise UserError(f"{target} has SHA-256 {digest}, but {url} has {info.checksum}; fetch it again")
    content = dict(urls=[url], dataset_names=[name], original_fname=info.filename, url_info=info.asdict())
    note.write_text(json.dumps(content))
