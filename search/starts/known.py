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
    return list(dict.fromkeys(fitted(genotype, task) for genotype in genotypes if is_of_size(genotype, task)))


def is_of_size(genotype: Genotype, task: Task) -> bool:
    """True for a student of inputs of the task's height and width."""
    return genotype.input_shape[:2] == task.input_shape[:2]


def fitted(genotype: Genotype, task: Task) -> Genotype:
    """The genotype with the task's channels and classes."""
    return replace(genotype, input_shape=task.input_shape, classes=task.classes)
