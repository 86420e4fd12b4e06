"""Operations as they are told: a list of them, one with everything that happened to it."""

from __future__ import annotations

from dataclasses import replace

from backend.ports.store import Alert, JournalEntry, Operation, OperationSearch, OperationState
from backend.services.deps import Services
from backend.services.operations.desk import Desk, may_dismiss, may_retry, operation_at
from backend.services.operations.redact import shown_journal, shown_payload, shown_text
from backend.services.panel.texts import Json, moment

MOST = 200
ENTRIES = 200


def list_operations(services: Services, desk: Desk, search: OperationSearch) -> Json:
    """Those that are looked for, newest first; `next` is what `before` must be for the following ones."""
    limit = max(1, min(search.limit, MOST))
    wanted = replace(search, limit=limit + 1, account_id=desk.account_id or search.account_id)
    with services.store.read() as unit:
        found = unit.desk.search(wanted)
    shown = found[:limit]
    more = len(found) > limit
    return {"operations": [told(one) for one in shown], "next": str(shown[-1].sequence) if more else None}


def show_operation(services: Services, desk: Desk, operation_id: str) -> Json:
    """One with its payload and what the journal has of it, oldest first. Raises NotFound."""
    operation = operation_at(services, desk, operation_id)
    with services.store.read() as unit:
        entries = unit.journal.of_operation(operation.account_id, operation.id, limit=ENTRIES)
    return {
        **told(operation),
        "payload": shown_payload(operation.kind, operation.payload),
        "journal": [_entry(one) for one in reversed(entries)],
    }


def list_alerts(services: Services, desk: Desk) -> Json:
    """Open alerts, the newest first."""
    with services.store.read() as unit:
        opened = unit.alerts.open(desk.account_id)
    return {"alerts": [_alert(one) for one in opened]}


def told(operation: Operation) -> Json:
    """Without payload and journal."""
    state = operation.state
    dismissed = {"by": operation.dismissed_by, "why": shown_text(operation.dismissed_why)}
    error = {"code": operation.error_code, "detail": shown_text(operation.error_detail)}
    return {
        "id": operation.id,
        "account_id": operation.account_id,
        "kind": operation.kind,
        "lane": str(operation.lane),
        "state": str(state),
        "deal_id": operation.deal_id,
        "attempts": operation.attempts,
        "unsure": operation.unsure,
        "created_at": moment(operation.created_at),
        "due_at": moment(operation.due_at),
        "ended_at": moment(operation.ended_at),
        "error": error if operation.error_code else None,
        "dismissed": dismissed if state is OperationState.DISMISSED else None,
        "can_retry": may_retry(operation),
        "can_dismiss": may_dismiss(operation),
    }


def _alert(alert: Alert) -> Json:
    return {
        "account_id": alert.account_id,
        "kind": alert.kind,
        "key": alert.key,
        "since": moment(alert.first_at),
        "last": moment(alert.last_at),
        "times": alert.times,
        "data": dict(alert.data),
    }


def _entry(entry: JournalEntry) -> Json:
    return {
        "at": moment(entry.at),
        "kind": entry.kind,
        "actor": entry.actor,
        "data": shown_journal(entry.data),
    }
