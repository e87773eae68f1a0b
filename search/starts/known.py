"""Known good starts: references, and fronts of Potstill's own finished searches, by the size of the input."""

import json
from dataclasses import replace
from pathlib import Path

from search.genotype import Genotype
from search.starts.references import REFERENCES
from search.task import Task

_FRONTS = Path(__file__).with_name("fronts.json")
"""A list of genotypes, each a student of a front that a finished search ended with."""


def known_starts(task: Task) -> list[Genotype]:
    """Students of the task's height and width, those of fronts first; channels and classes are the task's."""
    records = json.loads(_FRONTS.read_text())
    genotypes = [*map(Genotype.from_record, records), *REFERENCES]
    fitting = [
        replace(genotype, input_shape=task.input_shape, classes=task.classes)
        for genotype in genotypes
        if genotype.input_shape[:2] == task.input_shape[:2]
    ]
    return list(dict.fromkeys(fitting))
