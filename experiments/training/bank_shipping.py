"""A teacher bank on its way to other machines: through Ray's object store, onto the disk of each node once."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import filelock

from deploy.files import atomic
from distill.bank.address import BankPlace
from distill.bank.teacher_bank import TeacherBank, open_bank
from experiments.run import home

if TYPE_CHECKING:
    # Ray reads its settings as it is imported.
    import ray

_PIECE_BYTES = 64_000_000


@dataclass(frozen=True, kw_only=True)
class ShippedBank:
    """A bank in the object store."""

    address: str
    files: dict[str, "list[ray.ObjectRef]"]
    """By file of the bank the references of its pieces, in order."""


def ship(place: BankPlace) -> ShippedBank:
    """Put the files of a bank into the object store, from which each node fetches them once.

    In pieces, so that a bank larger than the store passes through it: Ray spills to disk what does not fit.
    """
    import ray

    files = {}
    for path in sorted(place.folder.iterdir()):
        with path.open("rb") as file:
            files[path.name] = [ray.put(piece) for piece in iter(lambda: file.read(_PIECE_BYTES), b"")]
    return ShippedBank(address=place.address, files=files)


def unpack(shipped: ShippedBank) -> TeacherBank:
    """The bank from this node's own disk; the first of several callers writes it, unless it is there already."""
    import ray

    place = BankPlace(banks=home.home() / "banks", address=shipped.address)
    home.require_room(place.banks)
    with filelock.FileLock(place.lock):
        if (bank := open_bank(place)) is not None:
            return bank
        with atomic(place.folder) as partial:
            partial.mkdir()
            for name, pieces in shipped.files.items():
                with (partial / name).open("wb") as file:
                    for piece in pieces:
                        file.write(ray.get(piece))
        bank = open_bank(place)
        assert bank is not None
        return bank
