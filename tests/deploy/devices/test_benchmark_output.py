import pytest

from deploy.devices.benchmark_output import Benchmark, NotUnderstood, parse
from tests.deploy.devices import outputs


def test_medians_of_newer_versions_are_read():
    assert parse(outputs.NEW) == Benchmark(
        first_us=1801, warm_up_us=1223.44, median_us=1207, average_us=1212.61, runs=164, delegated="all"
    )


def test_averages_of_older_versions_are_read():
    assert parse(outputs.OLD) == Benchmark(
        first_us=3512391,
        warm_up_us=3.51239e6,
        median_us=2.95034e6,
        average_us=2.95034e6,
        runs=50,
        delegated="59 of 64 operators",
    )


def test_whole_microseconds_are_too_coarse_for_a_tiny_student():
    tiny = outputs.NEW.replace("median=1207", "median=8").replace("Inference (avg): 1212.61", "Inference (avg): 8.4")
    assert parse(tiny).median_us == 8.4


def test_a_delegate_that_took_nothing_is_noticed():
    assert parse(outputs.FELL_BACK).delegated == "none"


@pytest.mark.parametrize("output", ["", outputs.FAILED, outputs.NEW[: outputs.NEW.index("Inference timings")]])
def test_output_without_timings_quotes_its_end(output):
    with pytest.raises(NotUnderstood, match="Benchmarking failed" if output == outputs.FAILED else "no timings"):
        parse(output)
