"""The command `potstill ui`."""

import os
import sys
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Ui:
    """Open the MLflow UI on Potstill's own store, on this machine only."""

    port: int = 5000
    """Port to listen at."""

    def run(self) -> None:
        """Become MLflow's server."""
        from experiments.run import tracking

        uri = tracking.tracking_uri()
        if uri.startswith("http"):
            print(f"MLFLOW_TRACKING_URI is set; the runs are at {uri}")
            return
        tracking.connect()
        print(f"MLflow UI at http://127.0.0.1:{self.port} (Ctrl-C ends it)", flush=True)
        command = [sys.executable, "-m", "mlflow", "server", "--backend-store-uri", uri]
        os.execv(sys.executable, [*command, "--host", "127.0.0.1", "--port", str(self.port)])
