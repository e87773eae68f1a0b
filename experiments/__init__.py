"""Composition: experiments, the pipeline, MLflow and the command line."""

import os

# tfmot takes tf_keras models only; read when TensorFlow is first imported.
os.environ.setdefault("TF_USE_LEGACY_KERAS", "1")
# Native start-up chatter of TensorFlow, which would tear the progress display.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
# A run sends nothing anywhere that its user did not ask for.
os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")
# Its bars would tear our own.
os.environ.setdefault("MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR", "false")
# Only what went wrong: its notices would tear the progress display too.
os.environ.setdefault("MLFLOW_LOGGING_LEVEL", "ERROR")
