"""Composition: experiments, the pipeline, MLflow and the command line."""

import os

# tfmot takes tf_keras models only; read when TensorFlow is first imported.
os.environ.setdefault("TF_USE_LEGACY_KERAS", "1")
# Native start-up chatter of TensorFlow, which would tear the progress display.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
# TensorFlow takes all memory of a GPU otherwise, and its workers could not share one. Read when it first uses a GPU; a
# limit that a user's file sets stays the limit.
os.environ.setdefault("TF_FORCE_GPU_ALLOW_GROWTH", "true")
# A run sends nothing anywhere that its user did not ask for.
os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")
# Its bars would tear our own.
os.environ.setdefault("MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR", "false")
# Only what went wrong: its notices would tear the progress display too.
os.environ.setdefault("MLFLOW_LOGGING_LEVEL", "ERROR")
