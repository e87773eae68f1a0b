"""The command that looks through a space of the user's own for what cannot be quantized."""

import importlib.util
import json as json_module
import sys
from dataclasses import asdict
from pathlib import Path

import tyro

from experiments.commands.arguments import Flag
from experiments.errors import UserError


def lint(space: tyro.conf.Positional[str], draws: int = 30, json: Flag = False) -> None:
    """Name the layers of your own space that quantization would refuse, before any search.

    Args:
        space: FILE.py:NAME, where NAME is a function from Keras Tuner's HyperParameters to a tf_keras model, or a
            HyperModel; without NAME it is `build`.
        draws: Random models to look at.
        json: Print one JSON object.
    """
    from experiments.run.frameworks import quiet_libraries, require_legacy_keras

    require_legacy_keras()
    quiet_libraries()
    from deploy.surgery.lint import lint as lint_now
    from search.user_space import drawn

    build, found, models = _loaded(space), {}, 0
    try:
        for values, model in drawn(build, draws, seed=0):
            models += 1
            for refused in lint_now(model):
                found.setdefault((refused.kind, refused.reason), {**asdict(refused), "values": values})
    except Exception as error:
        raise UserError(f"{space} does not build a tf_keras model: {type(error).__name__}: {error}") from error
    if json:
        print(json_module.dumps({"models": models, "refused": list(found.values())}))
    else:
        for each in found.values():
            instead = f" Instead: {each['instead']}." if each["instead"] else ""
            print(f"{each['kind']} {each['layer']!r}: {each['reason']}.{instead}\n  such as with {each['values']}")
        print(f"{models} models looked at; " + (f"{len(found)} kinds of layer refused" if found else "nothing refused"))
    if found:
        sys.exit(1)


def _loaded(space: str):
    path, _, name = space.partition(":")
    if not Path(path).is_file():
        raise UserError(f"no file {path}; give FILE.py:NAME, NAME a function that builds a model from HyperParameters")
    module_spec = importlib.util.spec_from_file_location(Path(path).stem, path)
    module = importlib.util.module_from_spec(module_spec)
    try:
        module_spec.loader.exec_module(module)
    except Exception as error:
        raise UserError(f"{path} cannot be run: {type(error).__name__}: {error}") from error
    build = getattr(module, name or "build", None)
    if isinstance(build, type):
        build = build()
    if build is None:
        raise UserError(f"{path} has no {name or 'build'}; give the name of a function or HyperModel, as FILE.py:NAME")
    return build
