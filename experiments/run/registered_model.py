"""The registered model, as code that MLflow keeps beside the .tflite: pixels in, logits out.

MLflow runs this file alone; it must not import Potstill.
"""

import json
from pathlib import Path

import numpy as np
from mlflow.models import set_model
from mlflow.pyfunc.model import PythonModel


class TfliteModel(PythonModel):
    """Runs a bundle's int8 file on uint8 pixels of shape (examples, height, width, channels)."""

    def load_context(self, context):
        """Load the file from the bundle."""
        from ai_edge_litert.interpreter import Interpreter

        bundle = Path(context.artifacts["bundle"])
        preprocessing = json.loads((bundle / "preprocessing.json").read_text())
        self._levels = np.array(preprocessing["levels"], preprocessing["input_dtype"])
        self._interpreter = Interpreter(model_content=(bundle / "model.tflite").read_bytes(), num_threads=1)
        self._interpreter.allocate_tensors()

    def predict(self, context, model_input, params=None):
        """Logits, float32 of shape (examples, classes)."""
        source, target = self._interpreter.get_input_details()[0], self._interpreter.get_output_details()[0]
        logits = []
        for example in self._levels[np.asarray(model_input, np.uint8)]:
            self._interpreter.set_tensor(source["index"], example[None])
            self._interpreter.invoke()
            logits.append(self._interpreter.get_tensor(target["index"])[0])
        scale, zero_point = target["quantization"]
        return (np.array(logits, np.float32) - zero_point) * scale


set_model(TfliteModel())
