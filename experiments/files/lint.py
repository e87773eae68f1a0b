"""Layers of a user's own space that quantization-aware training would refuse."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, cast

from experiments.errors import UserError
from experiments.files.user_module import user_module
from experiments.run.frameworks import quiet_libraries, require_legacy_keras


@dataclass(frozen=True, kw_only=True)
class RefusedLayer:
    """One kind of layer that is refused for one reason, with the model that has it."""

    layer: str
    kind: str
    reason: str
    instead: str
    """An alternative that would work; empty where none is known."""
    values: dict[str, Any]
    """Choices that lead to the model."""


@dataclass(frozen=True, kw_only=True)
class SpaceLint:
    """Random models of a space, examined."""

    models: int
    refused: tuple[RefusedLayer, ...]

    def to_record(self) -> dict[str, Any]:
        """As JSON values."""
        return asdict(self)


def lint_space(space: str, draws: int) -> SpaceLint:
    """Build random models of FILE.py:NAME and list the layers that tfmot refuses. Raises `UserError`."""
    require_legacy_keras()
    quiet_libraries()
    import tf_keras

    from deploy.surgery.lint import lint
    from search.user_space import sample_models

    build, refused, models = _loaded(space), {}, 0
    try:
        for values, model in sample_models(build, draws, seed=0):
            models += 1
            for layer in lint(cast(tf_keras.Model, model)):
                refused.setdefault((layer.kind, layer.reason), RefusedLayer(**asdict(layer), values=values))
    except Exception as error:
        raise UserError(f"{space} does not build a tf_keras model: {type(error).__name__}: {error}") from error
    return SpaceLint(models=models, refused=tuple(refused.values()))


def lint_text(lint: SpaceLint) -> str:
    """The layers for people."""
    lines = []
    for layer in lint.refused:
        instead = f" Instead: {layer.instead}." if layer.instead else ""
        lines.append(f"{layer.kind} {layer.layer!r}: {layer.reason}.{instead}\n  such as with {layer.values}")
    count = f"{len(lint.refused)} kinds of layer refused" if lint.refused else "nothing refused"
    return "\n".join([*lines, f"{lint.models} models looked at; {count}"])


def _loaded(space: str) -> Callable:
    path, _, name = space.partition(":")
    if not Path(path).is_file():
        raise UserError(f"no file {path}; give FILE.py:NAME, NAME a function that builds a model from HyperParameters")
    build = getattr(user_module(Path(path)), name or "build", None)
    if isinstance(build, type):
        build = build()
    if build is None:
        raise UserError(f"{path} has no {name or 'build'}; give the name of a function or HyperModel, as FILE.py:NAME")
    return build
