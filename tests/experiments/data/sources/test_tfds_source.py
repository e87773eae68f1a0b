"""Builders that users bring in a file."""

import pytest

from experiments.data.settings import Data
from experiments.data.sources.open import open_source
from experiments.errors import UserError

_BUILDER = """
import tensorflow_datasets as tfds

class {name}(tfds.core.GeneratorBasedBuilder):
    VERSION = tfds.core.Version("1.0.0")

    def _info(self):
        {body}

    def _split_generators(self, manager):
        return {{}}

    def _generate_examples(self):
        yield
"""


def test_a_file_is_executed_once_and_a_failing_one_again(tmp_path):
    path = tmp_path / "of_a_user.py"
    path.write_text("import sys; sys.exit(3)")
    for _ in range(2):
        with pytest.raises(UserError, match=r"cannot be imported .SystemExit: 3"):
            open_source(Data(dataset=f"{path}:OfAUser"))
    path.write_text(_BUILDER.format(name="OfAUser", body="return 1 // 0"))
    for _ in range(2):
        with pytest.raises(UserError, match=r"cannot be opened .ZeroDivisionError"):
            open_source(Data(dataset=f"{path}:OfAUser"))
    with pytest.raises(UserError, match="has no builder 'Other'"):
        open_source(Data(dataset=f"{path}:Other"))


@pytest.mark.parametrize("name", ["http://x.y/z.zip", "potstill_digits/no_config", "potstill_digits:9.9.9", "a b"])
def test_names_that_are_none_are_refused_in_a_line(name):
    with pytest.raises(UserError) as refusal:
        open_source(Data(dataset=name))
    assert "\n" not in str(refusal.value)
