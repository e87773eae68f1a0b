"""Climbing the ladder: what is tried, in which order, and what is taken."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deploy.budget import Budget
from deploy.compress.compression import parsed
from deploy.compress.ladder import LADDER, Attempt, Goal, climb, worthwhile

CANDIDATES = ("int8", "channels 0.5, int8", "clusters 32, int8")


def climbed(given_attempts, max_drop=0.5, candidates=CANDIDATES):
    """Climb with attempts by text; what is not given is refused."""
    asked = []

    def attempt(compression):
        asked.append(str(compression))
        fields = given_attempts.get(str(compression), dict(refused="no such thing"))
        return Attempt(compression=str(compression), **fields)

    chosen, tried = climb(candidates, max_drop, attempt)
    assert [each.compression for each in tried] == asked
    return chosen, asked


def test_the_first_that_keeps_the_goal_ends_it():
    chosen, asked = climbed({"int8": dict(drop=0.2)})
    assert (chosen.compression, asked) == ("int8", ["int8"])


def test_all_are_tried_untrained_before_one_is_trained():
    files = {text: dict(drop=9.0) for text in CANDIDATES} | {"int8, trained": dict(drop=0.1)}
    chosen, asked = climbed(files)
    assert chosen.compression == "int8, trained"
    assert asked == [*CANDIDATES, "int8, trained"]


def test_what_cannot_fit_is_not_trained():
    files = {
        "int8": dict(drop=0.0, broken=("size_bytes",)),
        "channels 0.5, int8": dict(drop=9.0),
        "channels 0.5, int8, trained": dict(drop=0.3),
    }
    chosen, asked = climbed(files)
    assert chosen.compression == "channels 0.5, int8, trained"
    assert "int8, trained" not in asked


def test_where_none_keeps_the_drop_the_most_accurate_that_fits_is_taken():
    files = {
        "int8": dict(drop=0.0, validation_accuracy=0.99, broken=("latency_ms",)),
        "channels 0.5, int8": dict(drop=9.0, validation_accuracy=0.90),
        "channels 0.5, int8, trained": dict(drop=2.0, validation_accuracy=0.97),
        "clusters 32, int8": dict(drop=5.0, validation_accuracy=0.94),
        "clusters 32, int8, trained": dict(drop=3.0, validation_accuracy=0.96),
    }
    assert climbed(files)[0].compression == "channels 0.5, int8, trained"


def test_where_nothing_fits_the_most_accurate_is_taken():
    files = {
        text: dict(drop=1.0, broken=("size_bytes",), validation_accuracy=accuracy)
        for text, accuracy in zip(CANDIDATES, (0.9, 0.8, 0.7))
    }
    chosen, asked = climbed(files)
    assert chosen.compression == "int8"
    assert not chosen.fits
    assert asked == list(CANDIDATES)


def test_a_model_that_nothing_can_be_done_with_says_why():
    with pytest.raises(ValueError, match="no such thing"):
        climbed({})


@given(st.lists(st.floats(-5, 5), min_size=6, max_size=6), st.floats(-5, 5))
def test_what_is_taken_keeps_the_goal_if_anything_tried_does(drops, max_drop):
    names = [*CANDIDATES, *(f"{text}, trained" for text in CANDIDATES)]
    files = {name: dict(drop=drop, validation_accuracy=0.9 - drop / 100) for name, drop in zip(names, drops)}
    chosen, asked = climbed(files, max_drop)
    assert chosen.meets(max_drop) == any(drop <= max_drop + 1e-9 for drop in drops)
    if not chosen.meets(max_drop):
        assert len(asked) == 6
        assert chosen.validation_accuracy == max(each["validation_accuracy"] for each in files.values())
    assert parsed(chosen.compression).trained == chosen.compression.endswith("trained")


def test_zeros_and_clusters_are_tried_where_the_download_is_limited():
    small = Budget(size_bytes=10)
    assert worthwhile(Goal(max_drop=0.1, budget=small, gzip_bytes=9)) == LADDER
    without = worthwhile(Goal(max_drop=0.1, budget=small))
    assert "channels 0.5, int8" in without
    assert not any("zeros" in text or "clusters" in text for text in without)
