"""Prometheus figures of a process that serves no web: its own counters, and what it is given besides."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence
from wsgiref.simple_server import WSGIServer

import structlog
from prometheus_client import REGISTRY, CollectorRegistry, start_http_server
from prometheus_client.core import Metric
from prometheus_client.registry import Collector

log = structlog.get_logger()


class MetricsServer:
    """A `jobs.serve.Part`. Threads of its own: nobody waits for whoever asks. A port that is taken is told in the log
    and the process goes on without: work matters more than figures."""

    def __init__(self, host: str, port: int, more: Sequence[Collector] = ()) -> None:
        self._host = host
        self._port = port
        self._more = more
        self._running: tuple[WSGIServer, threading.Thread] | None = None

    @property
    def port(self) -> int | None:
        """Where it listens; None while it does not."""
        return None if self._running is None else int(self._running[0].server_port)

    def start(self) -> None:
        registry = CollectorRegistry(auto_describe=False)
        registry.register(_Counters())
        for one in self._more:
            registry.register(one)
        try:
            self._running = start_http_server(self._port, self._host, registry)
        except OSError as error:
            log.error("metrics.unserved", host=self._host, port=self._port, error=type(error).__name__)

    def stop(self) -> None:
        if self._running is not None:
            server, thread = self._running
            server.shutdown()
            thread.join()
            server.server_close()
            self._running = None


class _Counters(Collector):
    """What this process counted."""

    def collect(self) -> Iterable[Metric]:
        return REGISTRY.collect()
