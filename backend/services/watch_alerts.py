"""Alerts kept true and told: what the rows show is raised, what is over is closed, each once (R25)."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from backend.ports.store import Account, AccountState, Alert, AlertKind, Operation, UnitOfWork
from backend.services.deps import Services

DERIVED = frozenset({AlertKind.OPERATION_DEAD, AlertKind.CRM_REAUTHORISE})
"""Raised and closed by what the rows show; all other kinds by whoever sees the cause."""
KEPT = timedelta(days=90)
BATCH = 100
SENDS = "alert.send"


@dataclass(frozen=True, slots=True)
class Cause:
    """Something the rows show now. `at`: when it got worse last; `count`: how many of it."""

    account_id: int
    kind: AlertKind
    key: str
    data: Mapping[str, object]
    at: datetime
    count: int = 1


def review_alerts(services: Services) -> None:
    """Raise what the rows show and nobody was told, close what is over. Any number of clocks may do it."""
    with services.store.read() as unit:
        opened = {(one.account_id, one.key): one for one in unit.alerts.open()}
        installed = {one.id for state in _INSTALLED for one in unit.accounts.in_state(state)}
        causes = {(one.account_id, one.key): one for one in _causes(unit)}
    worse = [cause for place, cause in causes.items() if _news(cause, opened.get(place))]
    over = [
        one
        for place, one in opened.items()
        if one.account_id not in installed or (one.kind in DERIVED and place not in causes)
    ]
    if not worse and not over:
        return
    now = services.clock.now()
    with services.store.write() as unit:
        for cause in worse:
            unit.alerts.raise_alert(cause.account_id, kind=cause.kind, key=cause.key, data=cause.data, now=now)
        for one in over:
            unit.alerts.close(one.account_id, one.key, now=now)


def tell_alerts(services: Services) -> Sequence[Alert]:
    """Queue a notice of each alert that was opened or closed since somebody was told, where there is an address for
    them. Those it was done for now, for the log: of two clocks one gets each."""
    with services.store.read() as unit:
        waiting = unit.alerts.untold(limit=BATCH)
    if not waiting:
        return ()
    with services.store.write() as unit:
        told = [one for one in waiting if unit.alerts.mark_told(one)]
        for one in told:
            account = unit.accounts.get(one.account_id)
            if services.alert_sink is not None and account is not None and not _of_itself(one):
                _queue(unit, one, account, services.clock.now())
    return told


def send_alert(services: Services, operation: Operation) -> None:
    """Operation: the notice leaves. Nothing to do where the address was taken away meanwhile."""
    if services.alert_sink is not None:
        services.alert_sink.send(operation.payload)


def forget_alerts(services: Services) -> int:
    """Those that were closed long ago; how many they were."""
    with services.store.write() as unit:
        return unit.alerts.purge(before=services.clock.now() - KEPT)


_INSTALLED = (AccountState.ACTIVE, AccountState.REAUTHORISE)


def _causes(unit: UnitOfWork) -> Iterator[Cause]:
    for one in unit.desk.deaths():
        key = f"operation_dead:{one.kind}"
        data = {"operation": one.kind, "count": one.count, "code": one.code}
        yield Cause(one.account_id, AlertKind.OPERATION_DEAD, key, data, one.last_at, one.count)
    for account in unit.accounts.in_state(AccountState.REAUTHORISE):
        yield Cause(account.id, AlertKind.CRM_REAUTHORISE, "crm_reauthorise", {}, account.installed_at)


def _news(cause: Cause, known: Alert | None) -> bool:
    """Nobody was told, or it is worse than it was."""
    if known is None:
        return True
    return cause.at > known.last_at or cause.count > int(str(known.data.get("count", 1)))


def _of_itself(alert: Alert) -> bool:
    """A notice that nobody takes must not ask for another notice."""
    return alert.kind == AlertKind.OPERATION_DEAD and alert.data.get("operation") == SENDS


def _queue(unit: UnitOfWork, alert: Alert, account: Account, now: datetime) -> None:
    notice = {
        "source": "stockgate",
        "state": alert.state,
        "kind": alert.kind,
        "key": alert.key,
        "account": {"id": account.id, "domain": account.domain},
        "since": alert.first_at.isoformat(),
        "last": alert.last_at.isoformat(),
        "times": alert.times,
        "data": dict(alert.data),
    }
    unit.operations.add(
        account.id, kind="alert.send", key=f"alert:{uuid.uuid4().hex}", payload=notice, deal_id=None, due_at=now
    )
