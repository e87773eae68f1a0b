"""A model of accuracy: predicts that of untrained students from trained ones."""

import warnings
from collections.abc import Sequence

import numpy as np
from threadpoolctl import threadpool_limits

from search.problem import Verdict
from search.walk import walk

# As long as so few are known, more layers and weights are taken to be more accurate, the latter a hard baseline for
# better predictors (Abdelfattah 2021, Zero-Cost Proxies for Lightweight NAS); how much decides not who comes first.
_FEW = 4
_PRIOR_MEAN, _PRIOR_SLOPE = 0.5, 0.1


class AccuracyModel:
    """A Gaussian process over choices, exact costs and depth: accuracy grows with work, weights and layers."""

    def __init__(self, space: Sequence):
        """`space` are Keras Tuner's hyperparameters with their choices."""
        self._space = [hp for hp in space if len(hp.values) > 1]
        self._process = None

    def fit(self, students: Sequence[tuple[dict, Verdict]], accuracies: Sequence[float]) -> None:
        """Learn from values and verdicts of students, and their accuracies from 0 to 1."""
        from sklearn.gaussian_process import GaussianProcessRegressor
        from sklearn.gaussian_process.kernels import ConstantKernel, DotProduct, Matern, WhiteKernel

        if len(students) < _FEW:
            return
        features = np.array([self._features(*student) for student in students])
        self._center, self._scale = features.mean(axis=0), features.std(axis=0)
        # A feature that did not vary tells nothing.
        self._scale[self._scale < 1e-9] = np.inf
        smooth = ConstantKernel(1.0) * Matern(3.0, (0.3, 100.0), nu=2.5)
        linear = ConstantKernel(0.1) * DotProduct(0.1, "fixed")
        kernel = smooth + linear + WhiteKernel(0.1, (1e-4, 1.0))
        self._process = GaussianProcessRegressor(kernel, normalize_y=True)
        # A hundred rows are too few to share: threads would only wait for each other, and for trainings.
        with threadpool_limits(1), warnings.catch_warnings():
            # Few rows leave some of the kernel's parameters at their bounds, and that is well.
            warnings.simplefilter("ignore")
            self._process.fit((features - self._center) / self._scale, np.array(accuracies))

    def predict(self, students: Sequence[tuple[dict, Verdict]]) -> tuple[np.ndarray, np.ndarray]:
        """Mean and standard deviation of each student's accuracy."""
        if self._process is None:
            depth = np.log([len(walk(verdict.genotype)) for _, verdict in students])
            params = np.log([verdict.cost.params for _, verdict in students])
            mean = _PRIOR_MEAN + _PRIOR_SLOPE * (_standard(depth) + _standard(params))
            return mean, np.full(len(students), _PRIOR_SLOPE)
        features = np.array([self._features(*student) for student in students])
        mean, deviation = self._process.predict((features - self._center) / self._scale, return_std=True)
        return mean, np.maximum(deviation, 1e-9)

    def _features(self, values: dict, verdict: Verdict) -> list[float]:
        chosen = [float(values.get(hp.name) == value) for hp in self._space for value in hp.values]
        cost, depth = verdict.cost, len(walk(verdict.genotype))
        return [*chosen, *np.log([cost.macs, cost.params, cost.peak_ram_bytes, depth])]


def _standard(values: np.ndarray) -> np.ndarray:
    return (values - values.mean()) / (values.std() + 1e-9)
