import json
from typing import get_args

from experiments.benchmarks.cost_model import Errors, Name, Settings, goals_of, main


def test_it_builds_and_prints_its_goals(capsys):
    main(Settings(genotypes=6, json=True))
    record = json.loads(capsys.readouterr().out)
    assert {row["space"] for row in record["rows"]} == set(get_args(Name))
    assert all(goal["met"] for goal in record["goals"][:4])


def test_goals_are_shares_of_the_genotypes():
    rows = [
        Errors(space="digits", genotype="a", macs=0.0, params=0.0, size_bytes=0.03, peak_ram_bytes=0.1),
        Errors(space="digits", genotype="b", macs=0.0, params=0.01, size_bytes=0.01, peak_ram_bytes=-0.2),
    ]
    assert [goal.figure for goal in goals_of(rows, 10_000)] == [1.0, 0.5, 0.5, 0.5, 10_000]
