"""What of an operation may be seen: what is named here. The rest is masked: payloads hold notes, names, requisites."""

from __future__ import annotations

import re
from collections.abc import Mapping

from backend.services.panel.texts import Json

MASK = "•••"

_PAYLOAD: Mapping[str, frozenset[str]] = {
    "order.place": frozenset({"order_id"}),
    "order.submit": frozenset({"fingerprint", "user_id"}),
    "crm.update_deal": frozenset({"budget"}),
    "crm.approval_task": frozenset({"approval_id", "user_id", "due"}),
    "crm.complete_task": frozenset({"task_id"}),
    "crm.task": frozenset({"user_id", "due"}),
    "crm.attach_document": frozenset({"document_id"}),
    "crm.align_lines": frozenset({"quantities"}),
    "crm.move_back": frozenset({"deals"}),
    "alert.send": frozenset({"state", "kind", "key", "since", "last", "times"}),
}
_JOURNAL = frozenset(
    {
        *("attempts", "kind", "code", "by", "why", "detail", "operation"),
        *("method", "path", "status", "request_id", "milliseconds", "outcome", "sent", "received", "failure"),
    }
)
"""Of an exchange or an attempt."""
_PERSONAL = re.compile(
    r"""
    [\w.+-]+@[\w-]+\.[\w.-]+                                  # an e-mail address
    | (?:bearer|token|password|secret|пароль)\s*[=:]?\s*\S+   # what follows such a word
    | [\w+/=-]{40,}(?:\.[\w+/=-]+)*                           # a token, a key
    | \+?\d[\d\s()-]{7,}\d                                    # a telephone, an INN, an account
    """,
    re.VERBOSE | re.IGNORECASE,
)


def shown_payload(kind: str, payload: Mapping[str, object]) -> Json:
    """Every name, and the values of those that are known to hold no more than ids, dates and figures."""
    shown = _PAYLOAD.get(kind, frozenset())
    return {name: value if name in shown else MASK for name, value in payload.items()}


def shown_journal(data: Mapping[str, object] | None) -> Json:
    """The same of a journal entry."""
    return {name: _value(value) if name in _JOURNAL else MASK for name, value in (data or {}).items()}


def shown_text(text: str | None) -> str:
    """A developer's or an administrator's words, without what looks like somebody's requisites or a secret."""
    return _PERSONAL.sub(MASK, text or "")


def _value(value: object) -> object:
    return shown_text(value) if isinstance(value, str) else value
