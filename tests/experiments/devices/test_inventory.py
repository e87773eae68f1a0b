"""The user's devices, as commands add them and runs open them."""

import hashlib
import json

import pytest

from deploy.devices.host import Host
from deploy.latency.skeleton import skeleton
from experiments.commands.device import List, Remove, device
from experiments.devices import inventory, litertjs
from experiments.devices.calibrate import profile_of, smallest_file, space_key, to_measure
from experiments.devices.students_to_measure import export_students
from experiments.errors import UserError
from search.space import Space
from search.task import Task

SPACE = Space(widths=(8, 16), stages=(1, 2))
TASK, SIZE_LIMIT = Task(input_shape=(8, 8, 1), classes=10), 20_000


@pytest.fixture
def table(home, tmp_path):
    """The exported students of a space, with latencies filled in: a microsecond for each 1,000 bytes."""
    export_students(tmp_path / "out", SPACE, TASK, size_limit=SIZE_LIMIT)
    lines = (tmp_path / "out" / "table.csv").read_text().splitlines()
    filled = [lines[0]]
    for line in lines[1:]:
        name, digest = line.split(",")[:2]
        content = (tmp_path / "out" / name).read_bytes()
        assert hashlib.sha256(content).hexdigest() == digest
        filled.append(f"{name},{digest},{len(content) / 1e6},Cortex-A78,LiteRT 2.3.0,XNNPACK,1")
    path = tmp_path / "table.csv"
    path.write_text("\n".join(filled))
    return path


def test_a_table_is_added_listed_calibrated_and_removed(home, tmp_path, table, capsys):
    device(["add", "farm", "--table", str(table)])
    assert "added farm (Cortex-A78, LiteRT 2.3.0, XNNPACK, 1 thread): 90 files" in capsys.readouterr().out
    List(json=True).run()
    assert set(json.loads(capsys.readouterr().out)) == {"host", "chromium-headless", "farm"}
    with inventory.opened("farm", print) as farm:
        profile = profile_of(farm, SPACE, TASK, size_limit=SIZE_LIMIT, folder=tmp_path / "profiles")
        assert profile.provenance.kind == "table"
        assert profile.measurements == 90
        assert inventory.measured(farm, b"a finalist") is None
    Remove(name="farm").run()
    with pytest.raises(UserError, match="device is 'farm': known devices are host, chromium-headless"):
        inventory.require_device("farm")


@pytest.mark.parametrize(
    ("record", "description"),
    [
        (
            dict(kind="browser", address="192.168.1.5", port=8377, about="Chrome 126, Linux"),
            "by its browser at 192.168.1.5 port 8377: Chrome 126, Linux",
        ),
        (
            dict(kind="adb", serial=None, benchmark_model="/tools/benchmark_model", delegate="gpu", threads=4),
            "by adb, gpu, 4 thread(s), any serial",
        ),
        (dict(kind="table", text="sha256,median_ms"), "a table of measurements"),
    ],
)
def test_devices_that_were_added_before_are_read_and_written_as_they_were(home, record, description):
    inventory.folder().mkdir(parents=True)
    (inventory.folder() / "phone.json").write_text(json.dumps(record))
    assert inventory.settings("phone").describe() == description
    inventory.add("again", inventory.settings("phone"))
    assert json.loads((inventory.folder() / "again.json").read_text()) == record


def test_a_table_for_another_space_is_refused(home, tmp_path, table):
    device(["add", "farm", "--table", str(table)])
    with inventory.opened("farm", print) as farm, pytest.raises(UserError, match=r"has \d+ of the 90 students"):
        profile_of(farm, Space(), TASK, size_limit=SIZE_LIMIT, folder=tmp_path / "profiles")


def test_a_table_without_units_is_refused(home, tmp_path, table):
    path = tmp_path / "bad.csv"
    path.write_text(table.read_text().replace("median_ms", "latency"))
    with pytest.raises(UserError, match="names its unit in its column"):
        device(["add", "farm", "--table", str(path)])
    assert inventory.names() == [*inventory.BUILT_IN]


def test_each_kind_that_users_add_is_chosen_by_an_option_of_its_name():
    kinds = inventory.options_by_kind()
    assert [kind for kind in kinds if kind in ("browser", "adb", "table")] == ["browser", "adb", "table"]
    for kind, options in kinds.items():
        assert options.flag.split()[0] == f"--{kind}"
        assert not getattr(options(), kind)


@pytest.mark.parametrize(
    ("name", "options", "told"),
    [
        ("host", ["--browser"], "comes with Potstill"),
        ("my phone", ["--browser"], "must be letters"),
        ("phone", [], "one of --browser, --adb, --table"),
        ("phone", ["--browser", "--adb"], "one of --browser, --adb, --table"),
    ],
)
def test_devices_that_cannot_be_added(home, name, options, told):
    with pytest.raises(UserError, match=told):
        device(["add", name, *options])
    with pytest.raises(UserError, match="stays|known devices"):
        Remove(name=name).run()


def test_a_profile_is_measured_once_for_a_space_and_a_runtime(tmp_path):
    class Counting(Host):
        asked = 0

        def measure(self, files, on_step=lambda done, count: None):
            self.asked += len(files)
            return super().measure(files, on_step)

    host = Counting(rounds=2, round_seconds=0.001)
    first = profile_of(host, SPACE, TASK, size_limit=SIZE_LIMIT, folder=tmp_path)
    assert profile_of(host, SPACE, TASK, size_limit=SIZE_LIMIT, folder=tmp_path) == first
    assert host.asked == 100
    # Damaged, of another runtime, or asked for anew: measured again.
    (path,) = tmp_path.glob("host-*.json")
    for text in ("{", path.read_text().replace('"LiteRT ', '"LiteRT 1.')):
        path.write_text(text)
        profile_of(host, SPACE, TASK, size_limit=SIZE_LIMIT, folder=tmp_path)
    profile_of(host, SPACE, TASK, size_limit=SIZE_LIMIT, folder=tmp_path, again=True)
    assert host.asked == 400
    assert first.space_key == space_key(SPACE, TASK) != space_key(Space(), TASK)


def test_a_space_of_one_resolution_and_head_is_called_what_it_was_before_there_were_the_choices():
    assert space_key(Space(), TASK) == "22ab46199c"
    assert space_key(Space(downscales=(1, 2)), TASK) != "22ab46199c"
    assert space_key(Space(head_widths=(0, 32)), TASK) != "22ab46199c"


def test_every_resolution_is_among_the_designed_and_among_the_random_students():
    students = to_measure(Space(downscales=(1, 2, 3)), Task(input_shape=(28, 28, 1), classes=10), size_limit=SIZE_LIMIT)
    for part in (students[:45], students[45:]):
        shapes = {layers[1].shape[:2] if layers[1].kind == "pool" else (28, 28) for layers in part}
        assert shapes == {(28, 28), (14, 14), (9, 9)}


def test_what_is_measured_is_inside_the_limit_and_always_the_same():
    students = to_measure(SPACE, TASK, size_limit=SIZE_LIMIT)
    assert len(set(students)) == 90
    assert students == to_measure(SPACE, TASK, size_limit=SIZE_LIMIT)
    assert students != to_measure(SPACE, TASK, size_limit=SIZE_LIMIT, seed=1)
    assert max(len(skeleton(layers)) for layers in students) <= SIZE_LIMIT


def test_the_smallest_file_is_one_that_anything_runs():
    assert len(smallest_file()) < 4_000


def test_an_invitation_has_a_code_to_scan():
    told = litertjs.invitation("my-phone", "http://192.168.1.5:8377/?token=abc")
    assert "open on it: http://192.168.1.5:8377/?token=abc" in told
    assert told.count("█") + told.count("▀") + told.count("▄") > 100


def test_without_npm_the_way_out_is_told(home, monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UserError, match="no npm on the PATH.*npm pack @litertjs/core@"):
        litertjs.folder()


def test_another_archive_of_litertjs_is_refused(home, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    (tmp_path / f"litertjs-core-{litertjs.VERSION}.tgz").write_bytes(b"something else")
    with pytest.raises(UserError, match="its digest differs"):
        litertjs.folder()
    assert not (home / "litertjs" / litertjs.VERSION).exists()


@pytest.mark.parametrize(
    "text", ["{bro", "[]", '{"kind": "foo"}', '{"kind": "../x"}', "{}", '{"kind": "adb", "legs": 2}']
)
def test_a_damaged_record_ends_in_one_line_and_does_not_hide_the_other_devices(home, capsys, text):
    inventory.folder().mkdir(parents=True)
    (inventory.folder() / "x.json").write_text(text)
    with pytest.raises(UserError, match="device x cannot be read.*potstill device remove x"):
        inventory.opened("x", print)
    List(json=True).run()
    descriptions = json.loads(capsys.readouterr().out)
    assert set(descriptions) == {"host", "chromium-headless", "x"}
    assert "device remove x" in descriptions["x"]
    Remove(name="x").run()
    assert "x" not in inventory.names()


def test_a_limit_that_nothing_keeps_still_has_students_to_measure():
    assert to_measure(SPACE, TASK, size_limit=1) == to_measure(SPACE, TASK, size_limit=10**9)


def test_bytes_that_are_no_table_are_refused(home, tmp_path):
    path = tmp_path / "table.csv"
    path.write_bytes(b"a,b\r\x00\n\xff\rc\n")
    with pytest.raises(UserError, match="docs/devices.md has an example"):
        device(["add", "farm", "--table", str(path)])
