"""The `potstill` command. Nothing here imports TensorFlow before a command needs it."""

import difflib
import json as json_module
import os
import sys
from collections.abc import Callable
from pathlib import Path

import tyro

from experiments.commands import deploy, device, lint
from experiments.commands.arguments import File, Flag, Name
from experiments.commands.exit import reporting_errors
from experiments.commands.files import demo, export, latency, view
from experiments.commands.space import report_space
from experiments.errors import UserError


def run(arguments: list[str]) -> None:
    """Run an experiment, or go on with one that stopped: potstill run NAME|FILE.py [--field value ...]"""
    from experiments.commands.catalogue import find, known
    from experiments.commands.run import launch

    if not arguments or arguments[0].startswith("-"):
        asks = arguments[:1] in (["--help"], ["-h"])
        names = "\n".join(f"  {name:<16}{line}" for name, line in known().items())
        text = (
            "usage: potstill run NAME|FILE.py [--field value ...]\n\nExperiments:\n"
            f"{names}\n\nAll fields, with their units: potstill run NAME --help"
        )
        print(text, file=sys.stdout if asks else sys.stderr)
        sys.exit(0 if asks else 2)
    launch(find(arguments[0]), arguments[1:])


def list_(json: Flag = False) -> None:
    """List the experiments, and the runs there are of each.

    Args:
        json: Print one JSON object.
    """
    from experiments.commands.catalogue import known
    from experiments.run.folder import run_folders

    runs = [{"experiment": f.experiment()["name"], "state": f.state(), "folder": str(f.path)} for f in run_folders()]
    if json:
        print(json_module.dumps({"experiments": known(), "runs": runs}))
        return
    for name, line in known().items():
        print(f"{name:<16}{line}")
    print("\nruns, newest first:" if runs else "\nno runs yet; start with: potstill run digits")
    for found in runs:
        print(f"  {found['experiment']:<16}{found['state']:<13}{found['folder']}")


def status(name: Name, json: Flag = False) -> None:
    """Show where the newest run of an experiment stands.

    Args:
        name: The experiment.
        json: Print one JSON object.
    """
    from experiments.commands.status import status as status_now
    from experiments.reports.summary import files_table
    from experiments.run.outcome import Finalist

    found = status_now(name)
    if json:
        print(json_module.dumps(found))
        return
    print(f"{name}: {found['state']}, {found['trials']} of {found['trials_planned']} trials, {found['folder']}")
    if found["last_error"]:
        print(f"stopped by {found['last_error']}")
    if found["front"]:
        print("\nPareto front (float students, cost estimated):")
    for member in found["front"]:
        cost = member["cost"]
        print(
            f"  trial {member['trial']}  {member['validation_accuracy']:.2%}  {cost['size_bytes']:>7,} bytes  "
            f"{1e3 * cost['latency_ms']:7.1f} µs  {member['genotype']}"
        )
    if found["finalists"]:
        print("\nFinalists (int8 files, measured):")
        print(files_table([Finalist.from_record(record) for record in found["finalists"]]), end="")


def pull(
    name: Name,
    max_latency_ms: float | None = None,
    max_size_kb: float | None = None,
    device: str | None = None,
    output: Path = Path("bundle"),
    sign: Path | None = None,
    encrypt: Path | None = None,
    json: Flag = False,
) -> None:
    """Fetch the most accurate proven student of an experiment inside the limits, as a bundle, its digests checked.

    Args:
        name: The experiment.
        max_latency_ms: Slowest file to accept, in milliseconds on the experiment's device; None is no limit.
        max_size_kb: Largest file to accept, in kB of 1,000 bytes; None is no limit.
        device: Take only files whose latency is of this device; None takes all.
        output: A new folder for the bundle; a name in .zip makes it an archive, one in .tflite the model alone.
        sign: File of a private key (elliptic curve P-256, PEM) that signs the bundle.
        encrypt: File of a key (32 bytes, or 64 hexadecimal digits) that the weights are encrypted with.
        json: Print one JSON object.
    """
    from experiments.commands.pull import pull as pull_now
    from experiments.reports.summary import latency_text

    for flag, limit in (("--max-latency-ms", max_latency_ms), ("--max-size-kb", max_size_kb)):
        if limit is not None and not limit > 0:
            raise UserError(f"{flag} is {limit}: it must be above 0; leave it out for no limit")
    limits = dict(max_latency_ms=max_latency_ms, max_size_kb=max_size_kb, device=device)
    found = pull_now(name, **limits, output=output, sign=sign, encrypt=encrypt)
    if json:
        print(json_module.dumps(found))
        return
    print(
        f"{found['output']}: {found['accuracy']:.2%} on the test split, {found['size_bytes']:,} bytes, "
        f"{latency_text(found['latency_ms'], found['latency_source'])} on {found['device']}\n"
        f"SHA-256 {found['sha256']}, MLflow run {found['run_id']}"
    )


def prove(
    file: File,
    experiment: str | None = None,
    key: Path | None = None,
    public_key: Path | None = None,
    json: Flag = False,
) -> None:
    """Prove a bundle again, on any machine; or any .tflite against an experiment.

    A bundle is held against its manifest, its proof and its known answers, offline. With an experiment the file runs on
    the whole test split: accuracy, budget, operators, dtypes.

    Args:
        file: A bundle (a folder or a .zip), or a .tflite file.
        experiment: The experiment whose data set and budget it is held against: a name or a .py file.
        key: File of the key that a bundle's weights are encrypted with.
        public_key: File of the public key that a bundle must be signed by.
        json: Print one JSON object.
    """
    from experiments.commands.files import prove

    proof = prove.prove_again(file, experiment, key, public_key)
    if json:
        print(json_module.dumps(proof.to_record()))
    else:
        print(f"{file}: {prove.text(proof)}")
    if not proof.passed:
        sys.exit(1)


def ui(port: int = 5000) -> None:
    """Open the MLflow UI on Potstill's own store, on this machine only.

    Args:
        port: Port to listen at.
    """
    from experiments.run import tracking

    uri = tracking.tracking_uri()
    if uri.startswith("http"):
        print(f"MLFLOW_TRACKING_URI is set; the runs are at {uri}")
        return
    tracking.connect()
    print(f"MLflow UI at http://127.0.0.1:{port} (Ctrl-C ends it)", flush=True)
    command = [sys.executable, "-m", "mlflow", "server", "--backend-store-uri", uri]
    os.execv(sys.executable, [*command, "--host", "127.0.0.1", "--port", str(port)])


def doctor(json: Flag = False) -> None:
    """Check this machine: versions, settings, GPU, disk, store. Exits with 1 where something would stop a run.

    Args:
        json: Print one JSON object.
    """
    from experiments.commands.doctor import examine

    found = examine()
    if json:
        print(json_module.dumps(found))
    else:
        for key, value in found.items():
            if key == "versions":
                value = ", ".join(f"{package} {version or 'missing'}" for package, version in value.items())
            elif key == "gpus":
                value = ", ".join(value or ()) or "none seen; training runs on the CPU"
            elif key == "problems":
                value = "; ".join(value) or "none"
            print(f"{key:<22}{value}")
    if found["problems"]:
        sys.exit(1)


COMMANDS: dict[str, Callable] = {
    "run": run,
    "space": report_space,
    "list": list_,
    "status": status,
    "pull": pull,
    "prove": prove,
    "deploy": deploy.deploy,
    "demo": demo.demo,
    "view": view.view,
    "export": export.export,
    "lint": lint.lint,
    "bench": latency.bench,
    "profile": latency.profile,
    "calibrate": latency.calibrate,
    "device": device.device,
    "ui": ui,
    "doctor": doctor,
}


def overview() -> str:
    """What `potstill --help` prints."""
    lines = "\n".join(f"  {name:<10}{(function.__doc__ or '').splitlines()[0]}" for name, function in COMMANDS.items())
    return (
        "usage: potstill COMMAND ...\n\n"
        "Distils a big teacher network into the best small student that fits a phone: a proven .tflite.\n\n"
        f"Commands (each has --help):\n{lines}\n\n"
        "Start with: potstill run digits && potstill pull digits\n"
        "Everything is kept in ~/.potstill, or in POTSTILL_HOME; MLFLOW_TRACKING_URI names another MLflow server."
    )


def main() -> None:
    """The entry point."""
    arguments = sys.argv[1:]
    if not arguments or arguments[0] in ("-h", "--help"):
        print(overview())
        sys.exit(0 if arguments else 2)
    with reporting_errors():
        command, rest = arguments[0], arguments[1:]
        if command not in COMMANDS:
            close = difflib.get_close_matches(command, COMMANDS, n=1)
            meant = f"did you mean {close[0]}? " if close else ""
            print(f"error: unknown command {command!r}; {meant}known: {', '.join(COMMANDS)}", file=sys.stderr)
            sys.exit(2)
        if command in ("run", "space", "device"):
            COMMANDS[command](rest)
        else:
            tyro.cli(COMMANDS[command], args=rest, prog=f"potstill {command}")


if __name__ == "__main__":
    main()
