"""The oracles by the names that experiments give."""

from search.oracles.budgeted import Budgeted
from search.oracles.evolution import EvolutionOracle
from search.oracles.generations import Generations
from search.oracles.hypervolume_oracle import HypervolumeOracle
from search.oracles.keras_oracles import BayesianOracle, HyperbandOracle, RandomOracle
from search.oracles.nsga2 import Nsga2Oracle
from search.problem import Judge
from search.settings import Search

ORACLES = {
    "random": RandomOracle,
    "bayesian": BayesianOracle,
    "hyperband": HyperbandOracle,
    "evolution": EvolutionOracle,
    "nsga2": Nsga2Oracle,
    "hypervolume": HypervolumeOracle,
}


def choose_oracle(settings: Search, judge: Judge, **options) -> Budgeted:
    """The oracle that the settings name; options as `Budgeted` has them."""
    if settings.oracle == "hyperband":
        options["rungs"] = len(settings.epochs)
    if issubclass(ORACLES[settings.oracle], Generations):
        options["best"] = settings.aim == "best"
    return ORACLES[settings.oracle](judge, trials=settings.trials, **options)
