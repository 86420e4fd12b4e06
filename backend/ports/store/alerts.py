"""Alerts: what somebody should look at before customers notice. Open until the cause is over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol


class AlertKind(StrEnum):
    """What is wrong. `operation_dead`: given up, a person must look; `crm_blocked`: amoCRM answers 403 with a page;
    `crm_unpaid`: it answers 402; `crm_reauthorise`: our tokens are dead; `webhook_disabled`: amoCRM had switched our
    webhook off; `erp_down`: an ERP does not answer; `over_reserved`: an ERP reserved more than it has; `guard_fight`:
    somebody keeps moving a deal back where the stage guard took it from."""

    OPERATION_DEAD = "operation_dead"
    CRM_BLOCKED = "crm_blocked"
    CRM_UNPAID = "crm_unpaid"
    CRM_REAUTHORISE = "crm_reauthorise"
    WEBHOOK_DISABLED = "webhook_disabled"
    ERP_DOWN = "erp_down"
    OVER_RESERVED = "over_reserved"
    GUARD_FIGHT = "guard_fight"


@dataclass(frozen=True, slots=True)
class Alert:
    """One cause. `key` names it within its account (`operation_dead:crm.note`, `guard_fight:501`).

    `first_at`, `times`: since it was opened last. `data`: JSON-ready, no secrets, no personal data. `told`: what was
    last said of it outside: None, `open` or `closed`.
    """

    account_id: int
    key: str
    kind: str
    data: Mapping[str, object]
    first_at: datetime
    last_at: datetime
    times: int
    closed_at: datetime | None = None
    told: str | None = None

    @property
    def state(self) -> str:
        return "open" if self.closed_at is None else "closed"


class AlertRepository(Protocol):
    """Raising and closing write rows and nothing else; the clock tells of them (services.tell_alerts)."""

    def raise_alert(
        self, account_id: int, *, kind: AlertKind, key: str, data: Mapping[str, object], now: datetime
    ) -> bool:
        """Open it, or count a repeat of one that is open (the newest data stays); True when it was not open."""
        ...

    def close(self, account_id: int, key: str, *, now: datetime) -> bool:
        """Its cause is over. False where nothing was open under this key."""
        ...

    def open(self, account_id: int | None = None) -> Sequence[Alert]:
        """Open ones of this account, or of all; the newest first."""
        ...

    def untold(self, *, limit: int) -> Sequence[Alert]:
        """Those whose state differs from what was last told of them, oldest first."""
        ...

    def mark_told(self, alert: Alert) -> bool:
        """The state this alert shows is told; False where another did it first."""
        ...

    def purge(self, *, before: datetime) -> int:
        """Forget those closed before this moment, and how many they were."""
        ...
