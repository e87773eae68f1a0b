"""The table that searches are compared on."""

from experiments.benchmarks.cases.table import EPOCHS, SEEDS, genotypes, read_table, short


def test_the_table_has_every_genotype_of_its_space_and_every_seed():
    table = read_table()
    assert set(table) == {short(genotype) for genotype in genotypes()}
    assert len(table) >= 400
    for by_seed in table.values():
        assert set(by_seed) == set(SEEDS)
        assert all(
            len(accuracies) == len(EPOCHS) and 0 < min(accuracies) <= max(accuracies) < 1
            for accuracies in by_seed.values()
        )
