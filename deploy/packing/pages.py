"""Pages of a bundle: its model card, and its proof in HTML."""

from dataclasses import asdict

import jinja2
import yaml

from deploy.bundle.bundle import Bundle

_WORST = 3
"""Classes that the card names as the least accurate."""
_TASKS = {"picture": "image-classification", "sound": "audio-classification", "text": "text-classification"}
"""Of the Hugging Face hub, by the kind of input."""


def card(bundle: Bundle) -> bytes:
    """The model card in Markdown, under the YAML header that the Hugging Face hub reads (its model card metadata)."""
    origin, proof = bundle.origin, bundle.proof
    task = _TASKS[bundle.preprocessing.kind]
    taught = ["knowledge-distillation"] if origin["teacher"] else []
    result = {
        "task": {"type": task},
        "dataset": {"name": origin["dataset"], "type": origin["dataset"], "split": "test"},
        "metrics": [{"type": "accuracy", "value": round(proof["test_accuracy"], 6)}],
    }
    header = {
        "license": origin["license"],
        "library_name": "litert",
        "pipeline_tag": task,
        "tags": ["litert", "tflite", "on-device", "quantized", *taught],
        # Those of the hub's, by name.
        **({"datasets": [origin["dataset"]]} if origin.get("published", True) else {}),
        "metrics": ["accuracy"],
        "model-index": [{"name": origin["name"], "results": [result]}],
    }
    by_class = zip(proof["class_accuracy"], bundle.labels)
    worst = sorted((share, label) for share, label in by_class if share is not None and share < 1)[:_WORST]
    return _filled("card.md", bundle, header=yaml.safe_dump(header, sort_keys=False, allow_unicode=True), worst=worst)


def proof_page(bundle: Bundle) -> bytes:
    """The proof as one HTML page without anything from elsewhere."""
    return _filled("proof.html", bundle)


def _filled(name: str, bundle: Bundle, **values) -> bytes:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("deploy.packing"),
        undefined=jinja2.StrictUndefined,
        autoescape=jinja2.select_autoescape(),
        trim_blocks=True,
        lstrip_blocks=True,
    )
    parts = dict(labels=bundle.labels, preprocessing=asdict(bundle.preprocessing), **bundle.records, **values)
    return environment.get_template(name).render(examples=len(bundle.answers.pixels), **parts).encode()
