"""gunicorn for the web processes, from the same configuration as everything else."""

from __future__ import annotations

import os
import shutil
from typing import Any

from backend.config import load_config, metrics_folder

_config = load_config()
_metrics = metrics_folder(_config)

bind = f"{_config.host}:{_config.port}"
worker_class = "gthread"
workers = _config.web_workers
threads = _config.web_threads
timeout = 120
graceful_timeout = 30
keepalive = 20
limit_request_line = 4094
limit_request_field_size = 16_380
accesslog = None
control_socket_disable = True


def on_starting(_server: Any) -> None:
    """Figures of an earlier run would be added to ours: the workers share an empty directory."""
    shutil.rmtree(_metrics, ignore_errors=True)
    _metrics.mkdir(parents=True)


# Before anything of ours is imported: the metrics library looks at it only once.
os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(_metrics)
