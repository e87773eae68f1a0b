import json
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from search.genotype import Genotype


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


def test_text_tells_stem_and_stages(genotypes):
    genotype = genotypes(1)
    assert str(genotype).count("|") == len(genotype.stages)
    assert f"stem {genotype.stem_width}" in str(genotype)
