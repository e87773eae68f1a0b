import json

import pytest

from experiments.benchmarks.cases.report import Goal, report


@pytest.mark.parametrize(
    ("figure", "at_most", "met"),
    [(0.97, False, True), (0.96, False, False), (0.97, True, True), (0.98, True, False), (None, False, None)],
)
def test_a_goal_is_met_missed_or_not_measured(figure, at_most, met):
    assert Goal(goal="g", target=0.97, figure=figure, at_most=at_most).met is met


def test_people_see_what_was_missed_and_scripts_get_everything(capsys):
    goals = [Goal(goal="speed", target=3.0, figure=2.5), Goal(goal="loss", target=0.1, figure=None, at_most=True)]
    report("some", lines=["a table"], figures={"raw": [1, 2]}, goals=goals, as_json=False)
    assert capsys.readouterr().out == (
        "a table\ngoal: speed: at least 3; 2.5, MISSED\ngoal: loss: at most 0.1; not measured\n"
    )
    report("some", lines=["a table"], figures={"raw": [1, 2]}, goals=goals, as_json=True)
    record = json.loads(capsys.readouterr().out)
    assert record["raw"] == [1, 2]
    assert record["goals"][0] == {"goal": "speed", "target": 3.0, "figure": 2.5, "at_most": False, "met": False}
    assert {"command", "machine", "versions"} <= set(record)
    assert record["versions"]["tensorflow"]
