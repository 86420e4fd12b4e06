"""gunicorn for `stockgate serve`: one web process in which worker and clock run too. Killed, it is started again."""

from __future__ import annotations

from contextlib import ExitStack
from typing import Any

from backend import gunicorn_conf
from backend.bootstrap import clock_parts, container, own_redis, worker_parts
from backend.config import load_config
from backend.gunicorn_conf import (
    accesslog,
    bind,
    control_socket_disable,
    graceful_timeout,
    keepalive,
    limit_request_field_size,
    limit_request_line,
    threads,
    timeout,
    worker_class,
)
from backend.jobs.serve import running
from backend.ports.tokens import Priority

__all__ = [
    "accesslog",
    "bind",
    "control_socket_disable",
    "graceful_timeout",
    "keepalive",
    "limit_request_field_size",
    "limit_request_line",
    "on_exit",
    "on_starting",
    "post_worker_init",
    "threads",
    "timeout",
    "worker_class",
    "worker_exit",
    "workers",
]

workers = 1
_config = load_config()
_of_parent, _of_worker = ExitStack(), ExitStack()


def on_starting(server: Any) -> None:
    """The parent owns the embedded Redis, so that it outlives a killed worker."""
    gunicorn_conf.on_starting(server)
    own_redis(_config, _of_parent)


def on_exit(_server: Any) -> None:
    _of_parent.close()


def post_worker_init(_worker: Any) -> None:
    """The web application stands; worker and clock start in threads beside it."""
    parts = _of_worker.enter_context(container(_config, priority=Priority.BACKGROUND))
    _of_worker.enter_context(running([*worker_parts(parts), *clock_parts(parts)]))


def worker_exit(_server: Any, _worker: Any) -> None:
    _of_worker.close()
