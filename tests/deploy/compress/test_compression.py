"""Compressions as values and as lines of text."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deploy.compress.compression import Compression, Numbers, parsed
from deploy.compress.ladder import LADDER

compressions = st.builds(
    Compression,
    shrink=st.sampled_from([0.0, 0.05]),
    ranges=st.sampled_from(["min_max", "percentile", "mse"]),
    blocks=st.integers(0, 3),
    rank=st.sampled_from([0.8, 0.95, 1.0]),
    channels=st.sampled_from([0.35, 0.5, 1.0]),
    zeros=st.just(0.5),
    pattern=st.sampled_from(["free", "2:4"]),
    clusters=st.sampled_from([3, 32]),
    powers_of_two=st.booleans(),
    trained=st.booleans(),
) | st.builds(Compression, numbers=st.sampled_from(Numbers.__args__), trained=st.booleans())


@given(compressions)
def test_text_and_value_are_the_same_thing(compression):
    assert parsed(str(compression)) == compression


def test_text_is_what_a_person_would_write():
    assert str(Compression(channels=0.5, clusters=32, trained=True)) == "channels 0.5, clusters 32, int8, trained"
    assert parsed("int8") == parsed("") == Compression()
    assert [str(parsed(text)) for text in LADDER] == list(LADDER)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("int9", "'int9' is no step.*channels float.*int16x8.*such as"),
        ("channels", "'channels' is no step"),
        ("channels half", "'channels half' is no step"),
        ("trained 3", "'trained 3' is no step"),
        ("channels 0", "channels is 0.0: it must be above 0, up to 1"),
        ("zeros 1", "zeros is 1.0: it must be from 0 to below 1"),
        ("pattern 1:2", "pattern is 1:2: it must be free or 2:4"),
        ("zeros 0.3, pattern 2:4", "pattern is 2:4: it must be free, or 2:4 with 0.5 zeros"),
        ("clusters 2", "clusters is 2: it must be from 3 to 256, or 0"),
        ("clusters 16, float16", "clusters is 16: it must be 0 with other numbers than int8"),
        ("powers_of_two", "powers_of_two is True: it must be False without clusters"),
        ("blocks -1", "blocks is -1: it must be 0 or more"),
        ("shrink 1", "shrink is 1.0: it must be from 0 to below 1"),
        ("ranges widest", "ranges is widest: it must be min_max or percentile or mse"),
        ("rank 2", "rank is 2.0: it must be above 0, up to 1"),
    ],
)
def test_nonsense_is_named_with_what_is_allowed(text, message):
    with pytest.raises(ValueError, match=message):
        parsed(text)


def test_what_changes_layers_and_widths_is_told_from_what_does_not():
    assert not replace(Compression(), zeros=0.5, clusters=16).reshapes
    assert Compression(blocks=1).reshapes
    assert Compression(rank=0.9).reshapes
    assert Compression(channels=0.9).reshapes
