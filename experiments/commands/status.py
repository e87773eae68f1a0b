"""Where the runs of an experiment stand."""

from dataclasses import asdict

from deploy.budget import Budget
from experiments.errors import UserError
from experiments.reports.pareto import front_of
from experiments.run.folder import RunFolder, run_folders
from search.trial import TrialResult, last_rungs


def status(experiment: str) -> dict:
    """The newest run of an experiment as JSON values. Raises `UserError` where there is none."""
    folders = run_folders(experiment)
    if not folders:
        known = sorted({folder.experiment()["name"] for folder in run_folders()})
        raise UserError(
            f"no run of {experiment!r}; there are runs of: {', '.join(known) or 'nothing yet'}. "
            f"Start one with `potstill run {experiment}`"
        )
    return status_of(folders[0])


def status_of(folder: RunFolder) -> dict:
    """One run as JSON values: state, trials, how many kept the budget, the front, the files."""
    records = folder.records()

    def of(kind: str) -> list[dict]:
        return [record for record in records if record["kind"] == kind]

    settings = folder.experiment()
    budget = Budget(**settings["budget"])
    results = last_rungs(of("trial"))
    trained = {record["trial"]: TrialResult.from_record(record) for record in of("trial") if "failure" not in record}
    refusals = of("refusals")
    teacher, run, stopped = of("teacher"), of("run"), of("failed") + of("interrupted")
    return {
        "experiment": settings["name"],
        "state": folder.state(),
        "run_id": run[-1]["run_id"] if run else None,
        "folder": str(folder.path),
        "teacher_validation_accuracy": teacher[-1]["validation_accuracy"] if teacher else None,
        "trials": len({record["trial"] for record in of("trial")}),
        "trials_planned": settings["search"]["trials"],
        "feasible": sum(not budget.broken_by(result.cost) for result in trained.values()),
        "refused": refusals[0]["causes"] if refusals else {},
        "front": [
            {
                "trial": result.trial,
                "rung": result.rung,
                "validation_accuracy": result.validation_accuracy,
                "cost": asdict(result.cost),
                "genotype": str(result.genotype),
            }
            for result in front_of(results)
        ],
        "finalists": [{key: value for key, value in f.items() if key != "kind"} for f in of("finalist")],
        "last_error": stopped[-1]["error"] if stopped and folder.state() in ("failed", "interrupted") else None,
    }
