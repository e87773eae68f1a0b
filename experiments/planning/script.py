"""An experiment as the Python script that a person then edits."""

import dataclasses
import json
from typing import Any

from experiments.planning.derived import Derived

_TEMPLATE = '''"""{title}

{reasons}
Command: `potstill run {file}`.
"""

{imports}

EXPERIMENT = {experiment}

if __name__ == "__main__":
    from experiments.commands.launch import launch

    launch(EXPERIMENT)
'''


def script_of(derivation: Derived, *, name: str, file: str) -> str:
    """The text of a script with the experiment under another name; fields that have their default are left out."""
    experiment = dataclasses.replace(derivation.experiment, name=name)
    classes = sorted(_classes(experiment), key=lambda kind: (kind.__module__, kind.__name__))
    by_module: dict[str, list[str]] = {}
    for kind in classes:
        by_module.setdefault(kind.__module__, []).append(kind.__name__)
    return _TEMPLATE.format(
        title=f"{name}: {derivation.reasons[0]}.",
        reasons="".join(f"- {reason}\n" for reason in derivation.reasons[1:]),
        file=file,
        imports="\n".join(f"from {module} import {', '.join(names)}" for module, names in by_module.items()),
        experiment=_text(experiment, 0),
    )


def _classes(value: Any) -> set[type]:
    """The dataclasses of a value and of its fields that are written."""
    return {type(value)}.union(*(_classes(inner) for _, inner in _written(value) if dataclasses.is_dataclass(inner)))


def _written(value: Any) -> list[tuple[str, Any]]:
    """The fields that differ from their defaults."""
    fields = []
    for field in dataclasses.fields(value):
        inner, default = getattr(value, field.name), field.default
        if field.default_factory is not dataclasses.MISSING:
            default = field.default_factory()
        if default is dataclasses.MISSING or inner != default:
            fields.append((field.name, inner))
    return fields


def _literal(value: Any) -> str:
    if isinstance(value, tuple):
        return f"({', '.join(map(_literal, value))}{',' * (len(value) == 1)})"
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str) else repr(value)


def _text(value: Any, depth: int) -> str:
    if not dataclasses.is_dataclass(value):
        return _literal(value)
    parts = [f"{name}={_text(inner, depth + 1)}" for name, inner in _written(value)]
    line = f"{type(value).__name__}({', '.join(parts)})"
    if len(line) + 4 * depth < 100 and "\n" not in line:
        return line
    inside = "".join(f"{'    ' * (depth + 1)}{part},\n" for part in parts)
    return f"{type(value).__name__}(\n{inside}{'    ' * depth})"
