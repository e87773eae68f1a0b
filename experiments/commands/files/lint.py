"""The command `potstill lint`."""

import json
import sys
from dataclasses import dataclass

from experiments.commands.arguments import Flag, Name


@dataclass(frozen=True, kw_only=True)
class Lint:
    """Name the layers of your own space that quantization would refuse, before any search."""

    space: Name
    """FILE.py:NAME, where NAME is a function from Keras Tuner's HyperParameters to a tf_keras model, or a HyperModel;
    without NAME it is `build`."""
    draws: int = 30
    """Random models to look at."""
    json: Flag = False
    """Print one JSON object."""

    def run(self) -> None:
        """Print the refused layers; exits with 1 where there are some."""
        from experiments.files.lint import lint_space, lint_text

        lint = lint_space(self.space, self.draws)
        print(json.dumps(lint.to_record()) if self.json else lint_text(lint))
        if lint.refused:
            sys.exit(1)
