import hashlib
import json

import pytest

from deploy.devices.table import Table, TableRefused
from deploy.errors import FileRefused

FILE = b"the bytes of a file"
DIGEST = hashlib.sha256(FILE).hexdigest()
HEADER = "sha256,median_ms,processor,runtime,delegate,threads"
ROW = f"{DIGEST},1.5,Snapdragon 8,LiteRT 2.3.0,XNNPACK,2"
ABOUT = dict(processor="Snapdragon 8", runtime="LiteRT 2.3.0", delegate="XNNPACK", threads=2)


@pytest.mark.parametrize(
    "text",
    [
        f"{HEADER}\n{ROW}\n",
        json.dumps({**ABOUT, "measurements": [{"sha256": DIGEST, "median_ms": 1.5}]}),
        f"{HEADER.replace('median_ms', 'median_us')}\n{ROW.replace(',1.5,', ',1500,')}\n",
    ],
    ids=["csv", "json", "microseconds"],
)
def test_a_table_is_a_device_that_knows_its_files(text):
    table = Table("farm", text)
    (latency,) = table.measure([FILE])
    assert latency.median_ms == 1.5
    assert str(latency.provenance) == "farm (Snapdragon 8, LiteRT 2.3.0, XNNPACK, 2 threads)"
    assert latency.provenance.kind == "table"
    assert table.only_files == {DIGEST}
    with pytest.raises(FileRefused, match="farm is a table without 1 of 2 files"):
        table.measure([FILE, b"another"])


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "without rows"),
        (HEADER, "without rows"),
        (f"{HEADER.replace('median_ms', 'latency')}\n{ROW}", "names its unit in its column"),
        (f"{HEADER}\n{ROW.replace(DIGEST, 'abc')}", "row 1 has the sha256 'abc'"),
        (f"{HEADER}\n{ROW.replace('1.5', 'nan')}", "row 1: farm reports a median_ms of nan"),
        (f"{HEADER}\n{ROW.replace('1.5', '-2')}", "median_ms of -2.0"),
        (f"{HEADER}\n{ROW.replace('1.5', 'fast')}", "row 1: could not convert"),
        (f"{HEADER}\n{ROW.replace('XNNPACK', '')}", "does not say its delegate"),
        (f"{HEADER}\n{ROW.replace('XNNPACK,2', 'XNNPACK,two')}", "threads is 'two'"),
        (f"{HEADER}\n{ROW}\n{ROW.replace('Snapdragon 8', 'Tensor G3')}", "rows of several processors"),
        ("{", "JSON needs"),
        ('{"measurements": [1]}', "JSON needs"),
        (json.dumps({**ABOUT, "measurements": []}), "without measurements"),
    ],
)
def test_a_bad_table_is_refused_by_what_is_wrong(text, told):
    with pytest.raises(TableRefused, match=told):
        Table("farm", text)
