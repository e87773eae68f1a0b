"""Folders of splits, and of classes, by their names."""

from collections.abc import Mapping
from pathlib import Path

from experiments.data.sources.items import split_name
from experiments.errors import UserError


def folders_in(folder: Path) -> list[Path]:
    """The folders in a folder, in order, without hidden ones."""
    return sorted(path for path in folder.iterdir() if path.is_dir() and not path.name.startswith((".", "__")))


def split_folders(root: Path) -> Mapping[str, Path]:
    """The folder of each split; `root` itself is the train split where its folders are classes.

    Raises:
        UserError: there is no folder, or folders of splits are beside others, or one has no classes, or none is train.
    """
    folders = folders_in(root)
    if not folders:
        raise UserError(f"{root} has no folders: a data set has one for each class, such as {root}/cat and {root}/dog")
    splits = {folder: split for folder in folders if (split := split_name(folder.name))}
    others = [folder for folder in folders if folder not in splits]
    if not splits or (others and len(splits) == 1 and not _holds_classes(*splits, others=others)):
        return {"train": root}
    named = ", ".join(folder.name for folder in splits)
    if others:
        raise UserError(
            f"{root} has the folders {named}, which are splits, beside {', '.join(path.name for path in others[:5])}: "
            "move others elsewhere; or, where all are classes, rename those that are called like splits"
        )
    by_split = {split: folder for folder, split in splits.items()}
    if len(by_split) < len(splits):
        raise UserError(f"{root} has two folders for one split ({named}): put them together, or move one elsewhere")
    if "train" not in by_split:
        raise UserError(f"{root} has the folders {named}, which are splits, and none is called train")
    for folder in by_split.values():
        if not folders_in(folder):
            raise UserError(
                f"{folder} has no folder for each class, such as {folder}/cat: put its files into such, or move it "
                "elsewhere"
            )
    return by_split


def _holds_classes(split: Path, *, others: list[Path]) -> bool:
    """True for a folder whose own folders are classes: others have none, or the same. It is called train by chance
    where it is a class, as of vehicles, that has folders of another kind than its neighbours."""
    classes = {path.name for path in folders_in(split)}
    return bool(classes) and any({path.name for path in folders_in(other)} in (set(), classes) for other in others)
