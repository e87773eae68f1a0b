"""Makes old_store/: what commands read of a finished run, as Potstill kept it before its modules moved into rooms.

At the commit before that move (622299d), in an empty home:

    POTSTILL_HOME=/tmp/home python -m experiments.cli run tests/tiny.py
    python make_old_store.py /tmp/home old_store

Of the run's folder it takes the journal and the resolved experiment, of MLflow's store the database as SQL, and of the
artifacts the winner's bundle. The home is written as @HOME@; names of the user, the script and the repository are
left out.
"""

import re
import shutil
import sqlite3
import sys
import zipfile
from pathlib import Path

_LEFT_OUT = ("mlflow.user", "mlflow.source.name", "mlflow.source.git.repoURL")


def database(path: Path, home: Path) -> str:
    """The whole database as SQL, without what is this machine's."""
    lines = []
    for statement in sqlite3.connect(path).iterdump():
        if not any(f"'{name}'" in statement for name in _LEFT_OUT):
            # MLflow's default experiment keeps its artifacts in the working directory.
            lines.append(re.sub(r"'[^']*/mlruns/0'", "'@HOME@/mlruns/0'", statement.replace(str(home), "@HOME@")))
    return "\n".join(lines) + "\n"


def main(home: Path, output: Path) -> None:
    """Write the store to `output`."""
    output.mkdir(exist_ok=True)
    (output / "mlflow.sql").write_text(database(home / "mlflow.db", home))
    (run,) = (home / "runs").iterdir()
    (output / run.name).mkdir(exist_ok=True)
    for name in ("journal.jsonl", "experiment.json"):
        shutil.copyfile(run / name, output / run.name / name)
    connection = sqlite3.connect(home / "mlflow.db")
    ((winner,),) = connection.execute("SELECT run_id FROM model_versions").fetchall()
    bundle = home / "artifacts" / "tiny" / winner / "artifacts" / "bundle"
    with zipfile.ZipFile(output / f"{winner}.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(bundle.rglob("*")):
            if path.is_file():
                # A date of no day, so that the archive is the same again.
                archive.writestr(
                    zipfile.ZipInfo(str(path.relative_to(bundle))), path.read_bytes(), zipfile.ZIP_DEFLATED
                )


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
