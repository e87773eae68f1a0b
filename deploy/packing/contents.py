"""All files of a bundle: its parts, and the pages and code that are generated from them."""

import io

from PIL import Image

from deploy.bundle.bundle import Bundle
from deploy.errors import ExportRefused
from deploy.integration import javascript, kotlin, micro, python, swift
from deploy.packing.pages import card, proof_page

_LANGUAGES = {"python": python, "javascript": javascript, "kotlin": kotlin, "swift": swift, "micro": micro}


def contents(bundle: Bundle) -> dict[str, bytes]:
    """Every file by its name in the bundle; a language whose runtime cannot take the model has a page that says why."""
    files: dict[str, bytes] = {**bundle.files(), "README.md": card(bundle), "proof.html": proof_page(bundle)}
    if bundle.preprocessing.kind == "picture":
        files["example.png"] = _picture(bundle)
    for name, language in _LANGUAGES.items():
        try:
            files |= language.files(bundle)
        except ExportRefused as error:
            files[f"integration/{name}/README.md"] = f"There is no code here: {error}.\n".encode()
    return files


def _picture(bundle: Bundle) -> bytes:
    """The first known example, to try the code with."""
    pixels, content = bundle.answers.pixels[0], io.BytesIO()
    Image.fromarray(pixels[..., 0] if bundle.preprocessing.channels == 1 else pixels).save(content, "png")
    return content.getvalue()
