"""Accounts: their secrets, their access to amoCRM, their alerts, their ERPs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import TimeoutError as TooLong

from backend.bootstrap import Container
from backend.doctor.finding import Finding, ok, unhealthy
from backend.domain.errors import StockgateError
from backend.ports.connections import NoConnection
from backend.ports.store import Account, AccountState, AlertKind
from backend.storage.errors import SecretUnreadable

SECONDS = 10.0
"""How long an ERP may take to let us in."""
_TODO = {
    AlertKind.CRM_BLOCKED: "nothing is asked for a while; if it comes back, write to amoCRM's support",
    AlertKind.CRM_UNPAID: "the account must be paid, or its plan lacks an option",
    AlertKind.WEBHOOK_DISABLED: "is our address reachable from the internet? It is subscribed again by itself",
    AlertKind.ERP_DOWN: "look at the ERP and the way there",
    AlertKind.OVER_RESERVED: "look at the deals concerned",
    AlertKind.GUARD_FIGHT: "talk to whoever, or whatever, moves the deal",
}


def look_at_accounts(parts: Container) -> Iterator[Finding]:
    """Needs a database of the right schema."""
    with parts.store.read() as unit:
        active = unit.accounts.in_state(AccountState.ACTIVE)
        lost = unit.accounts.in_state(AccountState.REAUTHORISE)
    installed = [*active, *lost]
    yield _secrets(parts, installed)
    yield _access(lost, len(active))
    yield from _alerts(parts)
    yield from _erps(parts, installed)


def _secrets(parts: Container, installed: Sequence[Account]) -> Finding:
    shut: list[str] = []
    for account in installed:
        try:
            with parts.store.read() as unit:
                unit.accounts.connection(account.id)
            parts.api.token_store.load(account.id)
        except SecretUnreadable:
            shut.append(str(account.id))
    if shut:
        todo = "give the key they were sealed with (add it to STOCKGATE_SECRET_KEYS), or connect them again"
        return unhealthy("secrets", f"cannot be opened with our keys: accounts {', '.join(shut[:20])}", todo)
    return ok("secrets", f"those of {len(installed)} accounts can be opened")


def _access(lost: Sequence[Account], active: int) -> Finding:
    if lost:
        names = ", ".join(f"{one.id} ({one.domain})" for one in lost[:20])
        todo = "an administrator of each opens /oauth/start and connects again"
        return unhealthy("access", f"amoCRM withdrew our access: {names}", todo)
    return ok("access", f"{active} accounts connected")


def _alerts(parts: Container) -> Iterator[Finding]:
    """Those that no other finding tells of."""
    with parts.store.read() as unit:
        opened = [one for one in unit.alerts.open() if one.kind in _TODO]
    if not opened:
        yield ok("alerts", "none open")
    for one in opened[:50]:
        said = (
            f"{one.kind}: account {one.account_id}, {one.key}, {one.times} times since {one.first_at:%d.%m %H:%M} UTC"
        )
        yield unhealthy("alerts", said, _TODO[AlertKind(one.kind)])


def _erps(parts: Container, installed: Sequence[Account]) -> Iterator[Finding]:
    """Each is asked by its own thread."""
    asked = [(one, parts.services.pool.submit(_report, parts, one.id)) for one in installed]
    bad = 0
    for account, answer in asked:
        try:
            trouble = answer.result(timeout=SECONDS)
        except TooLong:
            trouble = f"no answer within {SECONDS:.0f} s"
        if trouble:
            bad += 1
            todo = "test the connection in the settings; look at the ERP and the way there"
            yield unhealthy("erp", f"account {account.id}: {trouble}", todo)
    if not bad:
        yield ok("erp", "every connected ERP lets us in")


def _report(parts: Container, account_id: int) -> str:
    """What is wrong with the account's ERP; nothing where all is well or none is connected yet."""
    try:
        report = parts.services.erps.of(account_id).check_connection()
    except NoConnection:
        return ""
    except StockgateError as error:
        return f"{error.code} {error.detail}".strip()
    return f"rights are missing: {', '.join(one.code for one in report.missing)}" if report.missing else ""
