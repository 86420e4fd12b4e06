"""How every process writes its log: one event a line, for people or for machines, never with a secret."""

from __future__ import annotations

import logging
import sys
from typing import Any

import structlog

from backend.config import Config

_SECRET = ("token", "secret", "password", "authorization", "cookie", "api_key")
_QUIET = ("alembic", "flask_cors", "werkzeug", "urllib3", "apscheduler", "dramatiq")


def configure_logs(config: Config) -> None:
    """structlog and the standard library's loggers go the same way, to standard error."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        without_secrets,
    ]
    level = logging.getLevelNamesMapping()[config.log_level.upper()]
    human = config.log_format == "console"
    renderer: Any = (
        structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
        if human
        else structlog.processors.JSONRenderer(ensure_ascii=False)
    )
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.stdlib.LoggerFactory(),
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in _QUIET:
        logging.getLogger(name).setLevel(max(level, logging.WARNING))


def without_secrets(_logger: object, _method: str, event: Any) -> Any:
    """The last door: a value whose name speaks of a secret is not written, whoever put it there."""
    for name in list(event):
        if any(word in name.lower() for word in _SECRET):
            event[name] = "…"
    return event
