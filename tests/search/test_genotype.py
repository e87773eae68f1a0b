import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.genotype import Genotype, sides


@given(seed=st.integers(0, 10_000))
def test_json_round_trip_keeps_value_and_key(genotypes, seed):
    genotype = genotypes(seed)
    copy = Genotype.from_record(json.loads(genotype.to_json()))
    assert copy == genotype
    assert copy.key == genotype.key
    assert hash(copy) == hash(genotype)


@given(seed=st.integers(0, 10_000))
def test_another_genotype_has_another_key(genotypes, seed):
    genotype = genotypes(seed)
    assert replace(genotype, stem_width=genotype.stem_width + 1).key != genotype.key


def test_a_record_of_before_there_were_resolutions_and_heads_is_read_and_keeps_its_key(genotypes):
    genotype = genotypes(0)
    assert not {"downscale", "head_width"} & set(genotype.to_record())
    # What this genotype was called before.
    assert genotype.key == "3fb4a781ad67"
    lower = replace(genotype, downscale=2)
    assert lower.key != genotype.key
    assert Genotype.from_record(lower.to_record()) == lower
    assert str(lower) == f"downscale 2, {genotype}"
    headed = replace(genotype, head_width=64)
    assert headed.key not in (genotype.key, lower.key)
    assert Genotype.from_record(headed.to_record()) == headed
    assert str(headed) == f"{genotype} | head 64"


def test_text_tells_stem_and_stages(genotypes):
    genotype = genotypes(1)
    assert str(genotype).count("|") == len(genotype.stages)
    assert f"stem {genotype.stem_width}" in str(genotype)


def test_a_projection_is_in_a_record_only_where_there_is_one(genotypes):
    genotype = genotypes(1)
    projected = replace(genotype, stages=tuple(replace(stage, projection=True) for stage in genotype.stages))
    assert "projection" not in genotype.to_json()
    assert Genotype.from_record(projected.to_record()) == projected
    assert projected.key != genotype.key


@pytest.mark.parametrize("kernel", ["10", "x4", "10x", "axb", "-1x3"])
def test_a_rectangle_is_height_and_width(kernel):
    assert sides("10x4") == (10, 4)
    assert sides(3) == (3, 3)
    with pytest.raises(ValueError, match="such as 10x4"):
        sides(kernel)
