"""The rule by which one of several files ships."""

from types import SimpleNamespace

import pytest

from deploy.compress.choice import best_file


def _file(accuracy, gzip_bytes=100, latency_ms=1.0):
    return SimpleNamespace(validation_accuracy=accuracy, gzip_bytes=gzip_bytes, latency_ms=latency_ms)


@pytest.mark.parametrize(
    ("files", "ships"),
    [
        ([_file(0.90), _file(0.92), _file(0.91)], 1),
        ([_file(0.920), _file(0.9191, gzip_bytes=90), _file(0.9189, gzip_bytes=80)], 1),
        ([_file(0.92), _file(0.92, latency_ms=0.5), _file(0.92, gzip_bytes=102, latency_ms=0.1)], 1),
        ([_file(0.92), _file(0.92, gzip_bytes=101, latency_ms=0.1)], 1),
        ([_file(0.92, latency_ms=None), _file(0.9, latency_ms=None)], 0),
        # Of equal downloads and latencies the more accurate.
        ([_file(0.9195), _file(0.92)], 1),
    ],
)
def test_accuracy_then_download_then_latency(files, ships):
    assert best_file(files) is files[ships]
