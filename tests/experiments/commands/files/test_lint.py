import json

import pytest

from experiments.commands.files.lint import Lint
from experiments.errors import UserError

SPACE = """
import tf_keras
layers = tf_keras.layers

def build(hp):
    inputs = x = tf_keras.Input((8, 8, 3))
    x = layers.Conv2D(hp.Choice("width", [4, 8]), 3)(x)
    if hp.Choice("norm", ["batch", "layer"]) == "layer":
        x = layers.LayerNormalization(name="after")(x)
    return tf_keras.Model(inputs, layers.Dense(2)(layers.GlobalAveragePooling2D()(x)))

def wrong(hp):
    return 1 / 0
"""


def test_the_choice_that_leads_to_a_refused_layer_is_told(tmp_path, capsys):
    path = tmp_path / "mine.py"
    path.write_text(SPACE)
    with pytest.raises(SystemExit) as ended:
        Lint(space=str(path), draws=10, json=True).run()
    assert ended.value.code == 1
    (refused,) = json.loads(capsys.readouterr().out)["refused"]
    assert refused["layer"] == "after"
    assert refused["values"]["norm"] == "layer"


def test_spaces_that_are_none_are_refused(tmp_path):
    path = tmp_path / "mine.py"
    path.write_text(SPACE)
    with pytest.raises(UserError, match="no file"):
        Lint(space="nowhere.py").run()
    with pytest.raises(UserError, match="has no other"):
        Lint(space=f"{path}:other").run()
    with pytest.raises(UserError, match="ZeroDivisionError"):
        Lint(space=f"{path}:wrong").run()
