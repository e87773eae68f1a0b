"""A teacher bank on its way to other machines: through Ray's object store, onto the disk of each node once."""

import filelock

from deploy.files import atomic
from distill.bank.address import BankPlace
from distill.bank.teacher_bank import TeacherBank, open_bank
from experiments.run import home

_PIECE_BYTES = 64_000_000

Shipped = dict[str, list]
"""By file of the bank the references of its pieces, in order."""


def ship(place: BankPlace) -> Shipped:
    """Put the files of a bank into the object store, from which each node fetches them once.

    In pieces, so that a bank larger than the store passes through it: what does not fit is kept on disk by Ray.
    """
    import ray

    shipped = {}
    for path in sorted(place.folder.iterdir()):
        with path.open("rb") as file:
            shipped[path.name] = [ray.put(piece) for piece in iter(lambda: file.read(_PIECE_BYTES), b"")]
    return shipped


def unpack(shipped: Shipped, address: str) -> TeacherBank:
    """The bank from this node's own store, where it may have been before; the first of several callers writes it."""
    import ray

    place = BankPlace(banks=home.home() / "banks", address=address)
    home.require_room(place.banks)
    with filelock.FileLock(place.lock):
        if (bank := open_bank(place)) is not None:
            return bank
        with atomic(place.folder) as partial:
            partial.mkdir()
            for name, pieces in shipped.items():
                with (partial / name).open("wb") as file:
                    for piece in pieces:
                        file.write(ray.get(piece))
        bank = open_bank(place)
        assert bank is not None
        return bank
