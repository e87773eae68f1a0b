from dataclasses import replace

from experiments.deploying.finalists.early_files import with_early
from tests.experiments.run.test_outcome import PROVEN


def test_early_files_stay_where_no_finalist_is_as_good_in_all():
    finalist = replace(PROVEN, name="0-int8", validation_accuracy=0.9, size_bytes=20_000, latency_ms=0.2)
    small = replace(finalist, name="first-rung0", validation_accuracy=0.8, size_bytes=10_000)
    worse = replace(finalist, name="1-rung0", validation_accuracy=0.85)
    unproven = replace(finalist, name="2-rung0", validation_accuracy=0.95, proven=False)
    better = replace(finalist, name="3-rung0", validation_accuracy=0.95)
    assert with_early([finalist], [small, worse, unproven, finalist]) == (finalist, small)
    assert with_early([finalist], [better, small]) == (better, finalist, small)
    assert with_early([replace(finalist, proven=False)], [worse]) == (replace(finalist, proven=False), worse)
