import json
import subprocess
import sys
from pathlib import Path

import pytest

from experiments.cli import COMMANDS
from tests.command import potstill


def test_help_imports_no_framework():
    code = (
        "import sys; sys.argv = ['potstill', '--help']\n"
        "from experiments.cli import main\n"
        "try: main()\n"
        "except SystemExit as stop: assert stop.code == 0\n"
        "print(sorted({'tensorflow', 'mlflow', 'keras_tuner', 'tensorflow_datasets'} & set(sys.modules)))"
    )
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert shown.splitlines()[-1] == "[]"
    for command in COMMANDS:
        assert f"\n  {command}" in shown


@pytest.mark.parametrize("command", [["run"], ["run", "digits"], *([name] for name in COMMANDS if name != "run")])
def test_every_command_explains_itself_without_tensorflow(command):
    code = (
        f"import sys; sys.argv = ['potstill', *{command}, '--help']\n"
        "from experiments.cli import main\n"
        "try: main()\n"
        "except SystemExit as stop: assert stop.code == 0, stop.code\n"
        "assert 'tensorflow' not in sys.modules"
    )
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert shown.returncode == 0, shown.stderr
    assert "usage: potstill" in shown.stdout


def test_help_of_an_experiment_lists_every_field_with_its_meaning():
    shown = potstill("run", "digits", "--help").stdout
    for field in ("--budget.latency-ms", "--search.trials", "--seed", "--student.learning-rate", "--data.dataset"):
        assert field in shown
    assert "in bytes" in shown


@pytest.mark.parametrize(
    ("arguments", "status", "words"),
    [
        (["distil"], 2, ["unknown command", "known: run"]),
        (["run"], 2, ["usage: potstill run"]),
        (["run", "digit"], 1, ["unknown experiment", "did you mean digits"]),
        (["run", "digits", "--serch.trials", "3"], 2, ["Perhaps you meant", "--search.trials"]),
        (["run", "digits", "--search.trials", "many"], 2, ["--search.trials"]),
        (["run", "digits", "--search.trials", "0"], 2, ["search.trials 0"]),
        (["run", "digits", "--baselines", "--baseline-seeds", "1"], 1, ["--baseline-seeds is 1", "2 or more"]),
        (["run", "digits", "--baselines", "--baseline-seeds", "0"], 1, ["--baseline-seeds is 0", "2 or more"]),
        (["run", "digits", "--baseline-seeds", "4"], 1, ["--baseline-seeds is 4", "give --baselines too"]),
        (["run", "digits", "--budget.latency-ms", "-1"], 2, ["budget.latency_ms is -1"]),
        (["run", "digits", "--device", "phone"], 1, ["device is 'phone'", "host"]),
        (["run", "nowhere.py"], 1, ["no file nowhere.py"]),
        (["status", "digits"], 1, ["no run of 'digits'"]),
        (["pull", "digits"], 1, ["no proven file", "potstill run digits"]),
        (["pull", "digits", "--max-size-kb", "0"], 1, ["--max-size-kb is 0"]),
        (["prove", "missing.tflite", "--experiment", "digits"], 1, ["cannot read missing.tflite"]),
        (["prove", __file__, "--experiment", "digits"], 1, ["not a .tflite"]),
        (["bench", __file__], 1, ["not a .tflite"]),
        (["teacher", "digits", "--output", "teacher.onnx"], 1, ["--output is teacher.onnx", ".keras or .h5"]),
        (["teacher", "digits", "--output", __file__], 1, ["must end in .keras"]),
        (["teacher", "digits", "--teacher.image-size", "96"], 2, ["teacher.image_size is 96", "teacher.backbone"]),
        (
            ["run", "digits", "--teacher.backbone", "tf_keras.applications:MobileNetV2"],
            1,
            ["is without weights", "--teacher.weights FILE"],
        ),
    ],
    ids=lambda value: " ".join(map(str, value))[-60:] if isinstance(value, list) else str(value),
)
def test_bad_input_ends_in_one_clear_error(home, arguments, status, words):
    ended = potstill(*arguments)
    assert ended.returncode == status
    assert ended.stdout == ""
    assert "Traceback" not in ended.stderr
    for word in words:
        assert word in ended.stderr


def test_legacy_keras_turned_off_is_told(home):
    ended = potstill("run", "digits", TF_USE_LEGACY_KERAS="0")
    assert ended.returncode == 1
    assert "TF_USE_LEGACY_KERAS is '0'" in ended.stderr


def test_an_impossible_budget_is_refused_before_training(home):
    ended = potstill("run", "digits", "--budget.size-bytes", "1000")
    assert ended.returncode == 1
    assert "The nearest that one keeps: --budget.size-bytes" in ended.stderr
    assert "teacher" not in ended.stderr
    assert not list(home.glob("mlflow.db"))


def test_an_unwritable_home_is_refused(tmp_path):
    (tmp_path / "file").write_text("")
    ended = potstill("run", "digits", POTSTILL_HOME=str(tmp_path / "file" / "home"))
    assert ended.returncode == 1
    assert "cannot write to" in ended.stderr


def test_a_tracking_server_that_does_not_answer_is_named(home):
    ended = potstill("pull", "digits", MLFLOW_TRACKING_URI="http://127.0.0.1:9")
    assert ended.returncode == 1
    assert "http://127.0.0.1:9 does not answer" in ended.stderr


def test_list_names_the_experiments(home):
    listed = json.loads(potstill("list", "--json").stdout)
    assert "digits" in listed["experiments"]
    assert listed["runs"] == []
    assert "no runs yet" in potstill("list").stdout


def test_bench_measures_any_file(home, tmp_path, student_bytes):
    file = tmp_path / "student.tflite"
    file.write_bytes(student_bytes)
    told = json.loads(potstill("bench", file, "--json").stdout)
    assert told["size_bytes"] == len(student_bytes)
    assert told["provenance"]["device"] == "host"
    assert told["macs"] > 0
    assert told["estimated_energy_uj"] > 0
    assert told["median_ms"] > 0


def test_a_damaged_file_is_told_in_a_line(home, tmp_path, student_bytes):
    damaged = bytearray(student_bytes)
    # Where the first table is: far outside of the file.
    damaged[:4] = (0x7FFFFFF0).to_bytes(4, "little")
    file = tmp_path / "damaged.tflite"
    file.write_bytes(damaged)
    for command in (["bench", file], ["profile", file], ["prove", file, "--experiment", "digits"]):
        ended = potstill(*command)
        assert ended.returncode == 1
        assert ended.stderr.startswith("error: a damaged")
        assert ended.stderr.count("\n") == 1


def test_doctor_finds_this_machine_ready(home):
    ended = potstill("doctor", "--json")
    assert ended.returncode == 0
    found = json.loads(ended.stdout)
    assert found["problems"] == []
    assert found["store_reachable"] is True
    assert found["versions"]["tensorflow"].startswith("2.")


def test_an_experiment_of_a_users_own_file_is_asked_for_by_its_file(home):
    file = str(Path(__file__).parents[1] / "tiny.py")
    for command in ("status", "pull"):
        ended = potstill(command, file)
        assert ended.returncode == 1
        assert "'tiny'" in ended.stderr
        assert f"potstill run {file}" in ended.stderr
