from experiments.reports.tables import table_text


def test_cells_keep_to_their_side_and_the_total_is_set_apart():
    lines = table_text(("<name", ">bytes"), [("a", "1"), ("longer", "1,000")], total=("all", "1,001")).splitlines()
    assert [line.rstrip() for line in lines] == [
        "",
        "  name     bytes",
        " ────────────────",
        "  a            1",
        "  longer   1,000",
        "",
        "  all      1,001",
        "",
    ]


def test_a_title_stands_above():
    assert table_text(("<name",), [("a",)], title="Files").startswith("Files")
