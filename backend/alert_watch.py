"""The clock's look at alerts, and their words in the log."""

from __future__ import annotations

import structlog

from backend.services.deps import Services
from backend.services.watch_alerts import review_alerts, tell_alerts

log = structlog.get_logger()


def watch_alerts(services: Services) -> None:
    """Every few seconds: what the rows show is raised or closed, what changed is logged and sent."""
    review_alerts(services)
    for one in tell_alerts(services):
        said = {"kind": one.kind, "account_id": one.account_id, "key": one.key, "data": dict(one.data)}
        if one.closed_at is None:
            log.error("alert.raised", **said)
        else:
            log.info("alert.closed", **said)
