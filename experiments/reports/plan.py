"""The plan of a run in hours as a table."""

from experiments.hours.plan import Plan
from experiments.hours.timetable import minutes
from experiments.reports.tables import table_text


def plan_text(plan: Plan) -> str:
    """Stages with their time and work, and the measured speeds that they come from."""
    rows = [(stage.name, minutes(stage.seconds), f"{stage.seconds / 36 / plan.hours:.0f} %", stage.work)
            for stage in plan.stages]  # fmt: skip
    rates = plan.rates
    speeds = [
        f"a student trains at {rates.student_images_per_s:,.0f} images/s",
        f"in int8 at {rates.quantized_images_per_s:,.0f}",
        *([f"a teacher at {rates.teacher_images_per_s:,.0f}"] if rates.teacher_images_per_s else []),
        *([f"the bank fills at {rates.bank_rows_per_s:,.0f} rows/s"] if rates.bank_rows_per_s else []),
    ]
    return table_text(("<stage", ">time", ">share", "<work"), rows) + f"Measured: {', '.join(speeds)}.\n"
