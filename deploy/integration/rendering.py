"""Templates of integration code, filled in."""

from pathlib import Path

import jinja2

_FOLDER = Path(__file__).parent / "templates"


def rendered(name: str, **values) -> bytes:
    """A template of the folder `templates/` with its values; one that is missing is an error."""
    loader = jinja2.FileSystemLoader(_FOLDER)
    environment = jinja2.Environment(
        loader=loader,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    return environment.get_template(name).render(**values).encode()
