"""Versions of code and libraries: machines of a cluster must agree, since they decide the result of a training."""

import hashlib
import importlib.metadata
from pathlib import Path

from experiments.errors import UserError

_ROOT = Path(__file__).parents[2]
_ROOMS = ("deploy", "distill", "experiments", "search")
_LIBRARIES = ("tensorflow", "tf_keras", "numpy")


def installed_versions() -> dict[str, str]:
    """Versions on this machine by name; "potstill" is the digest of its code."""
    digest = hashlib.sha256()
    for path in sorted(path for room in _ROOMS for path in (_ROOT / room).rglob("*.py")):
        digest.update(f"{path.relative_to(_ROOT)}\n".encode())
        digest.update(path.read_bytes())
    return {"potstill": digest.hexdigest()[:12], **{name: importlib.metadata.version(name) for name in _LIBRARIES}}


def require_same(versions: dict[str, str], expected: dict[str, str], machine: str) -> None:
    """Refuse a machine whose trainings would give other results than those of this one."""
    differing = [name for name in expected if versions.get(name) != expected[name]]
    if differing:
        there, here = (", ".join(f"{name} {side.get(name)}" for name in differing) for side in (versions, expected))
        raise UserError(
            f"{machine} has {there} and this machine {here}, so that trainings would give other results; "
            "install the same there"
        )
