"""The benchmark of the command's start-up, on one round."""

import json

from experiments.benchmarks.command_line import Settings, main


def test_it_measures_and_prints_its_goals(capsys):
    main(Settings(rounds=1, json=True))
    record = json.loads(capsys.readouterr().out)
    assert record["command"].startswith("python -m experiments.benchmarks.command_line")
    assert {name: len(seconds) for name, seconds in record["seconds"].items()} == {"help": 1, "python": 1}
    assert min(record["median_seconds"].values()) > 0
    assert [goal["target"] for goal in record["goals"]] == [0.5, 0.4]
    assert {"processor", "cores", "python", "date"} <= set(record["machine"])


def test_people_see_a_table(capsys):
    main(Settings(rounds=1))
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == ["median", "help", "python", "goal:", "goal:"]
