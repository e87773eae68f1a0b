"""All files of a bundle: what it is made of, and what is generated from that."""

import io

from PIL import Image

from deploy.bundle.bundle import Bundle
from deploy.bundle.pages import card, proof_page
from deploy.integration import javascript, kotlin, micro, python, swift


def contents(bundle: Bundle) -> dict[str, bytes]:
    """Every file by its name in the bundle."""
    found = {**bundle.files(), "README.md": card(bundle), "proof.html": proof_page(bundle)}
    if bundle.preprocessing.sound is None:
        found["example.png"] = _picture(bundle)
    for language in (python, javascript, kotlin, swift, micro):
        found |= language.files(bundle)
    return found


def _picture(bundle: Bundle) -> bytes:
    """The first known example, to try the code with."""
    pixels, content = bundle.answers.pixels[0], io.BytesIO()
    Image.fromarray(pixels[..., 0] if bundle.preprocessing.channels == 1 else pixels).save(content, "png")
    return content.getvalue()
