"""LiteRT.js, which browser devices run: fetched once with npm, its digests checked."""

import base64
import hashlib
import io
import shutil
import subprocess
import tarfile
import tempfile
from pathlib import Path

from experiments.devices.network import qr_code
from experiments.errors import UserError
from experiments.run import home

VERSION = "2.5.3"
_INTEGRITY = {
    "core": "PlGmbMOq9WitX7FO0jhbdJw9GthatsyuCQXjTt/wJZo0FLaw48q4tz8IwqgqCIkviYGr9OFDL1kCnN4nzWoyJQ==",
    "wasm-utils": "4fJiw6tBQnIs+0jH/OQ16nYOiSl8/+zZnn5h2ul8aTKHi05sVqZW580Tmk78pC2kT39A9OYBVdFawteZ/sI1kQ==",
}
"""SHA-512 of each package's archive, as npm's registry gives it."""


def folder() -> Path:
    """The folder of LiteRT.js's packages, fetched where they are missing. Raises `UserError` where that fails."""
    place = home.home() / "litertjs" / VERSION
    if not place.is_dir():
        place.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=place.parent) as partial:
            ready = Path(partial) / "ready"
            ready.mkdir()
            for package, integrity in _INTEGRITY.items():
                archive = _checked(_archive(package, Path(partial)), package, integrity)
                # npm's archives have everything in one folder of this name.
                # As an attribute: Pythons before 3.10.12 and 3.11.4 know no filters. Digests are checked above.
                archive.extraction_filter = getattr(tarfile, "data_filter", None)
                archive.extractall(Path(partial) / package)
                (Path(partial) / package / "package").replace(ready / package)
            ready.replace(place)
    return place


def invitation(name: str, address: str) -> str:
    """The address to open on the device, in words and as a QR code."""
    return f"{qr_code(address)}\nwaiting for {name}, nothing is lost meanwhile; open on it: {address}"


def _archive(package: str, into: Path) -> bytes:
    name = f"@litertjs/{package}@{VERSION}"
    by_hand = f"install Node's npm, or, where npm is, run `npm pack {name}` and try again from that folder"
    here = Path(f"litertjs-{package}-{VERSION}.tgz")
    if here.is_file():
        return here.read_bytes()
    if shutil.which("npm") is None:
        raise UserError(f"browser devices need {name}, and there is no npm on the PATH to fetch it; {by_hand}")
    done = subprocess.run(["npm", "pack", name, "--silent"], cwd=into, capture_output=True, text=True)
    if done.returncode:
        last = (done.stderr.strip() or "no reason given").splitlines()[-1]
        raise UserError(f"npm could not fetch {name} ({last}); {by_hand}")
    return (into / here.name).read_bytes()


def _checked(archive: bytes, package: str, integrity: str) -> tarfile.TarFile:
    if base64.b64encode(hashlib.sha512(archive).digest()).decode() != integrity:
        raise UserError(f"the archive of LiteRT.js's {package} {VERSION} is not the published one: its digest differs")
    return tarfile.open(fileobj=io.BytesIO(archive))
