"""Where alerts leave the house: an address an operator chose."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from backend.domain.errors import Permanent, Retryable


class AlertUndelivered(Retryable):
    """Nobody took the notice: no connection, a time-out, 429, 5xx."""

    code = "alert_undelivered"


class AlertRefused(Permanent):
    """The address understood and does not want it. Data: status."""

    code = "alert_refused"


class AlertSink(Protocol):
    def send(self, notice: Mapping[str, object]) -> None:
        """One JSON object, without secrets and personal data. A repeat is harmless: `key`, `since` and `state` name
        what it tells. Raises AlertUndelivered, AlertRefused."""
        ...
