"""The address that a trained teacher is stored under: a digest of all that goes into its training."""

import json
from dataclasses import asdict

from deploy.digests import key_of
from distill.bank.teacher_bank import TeacherBank
from distill.teacher import Teacher
from distill.views.augmentation import Views
from experiments.run.context import Context
from experiments.teachers.fine_tuned import opened_digest


def teacher_address(context: Context, name: str, settings: Teacher, views: Views, bank: TeacherBank | None) -> str:
    """The address of a teacher, or of an assistant that a bank teaches.

    Args:
        name: for the display, where a backbone is opened.
    """
    if settings.backbone is None:
        fields = asdict(settings)
        net = {field: fields[field] for field in ("family", "groups", "depth", "epochs", "recipe")}
    else:
        net = {"net": opened_digest(context, name, settings, views.seed), **asdict(settings.fine_tuning)}
    ingredients = {
        "data": context.data.labelled_digest,
        "teacher": net,
        "width": settings.width,
        "augmentation": views.augmentation.to_record(),
        "views": views.count,
        "seed": views.seed,
        "bank": bank and (bank.address, json.loads(context.experiment.to_json())["distillation"]),
    }
    return key_of(ingredients)
