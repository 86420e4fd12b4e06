"""What is said in the deal of an operation that was given up, where its own use case says nothing."""

from __future__ import annotations

from backend.domain.errors import OutcomeUnknown, Permanent, Retryable, StockgateError
from backend.ports.store import AccountState, Operation, lane_of
from backend.services.deps import Services
from backend.services.say_in_deal import say
from backend.services.words import has_word, word

NOTE = "crm.note"


def say_dead(services: Services, operation: Operation, error: Exception) -> None:
    """One note a death: what was not done, why, and what to do. None of a note (it would fare the same), of work that
    belongs to no deal, of an account that is gone."""
    if operation.deal_id is None or operation.kind == NOTE:
        return
    lived_since = operation.tried_since or operation.created_at
    with services.store.write() as unit:
        account = unit.accounts.get(operation.account_id)
        if account is None or account.state is AccountState.UNINSTALLED:
            return
        say(
            unit,
            account,
            operation.deal_id,
            "dead.said",
            key=f"dead:{operation.id}:{lived_since}",
            now=services.clock.now(),
            what=word(account.language, _what(operation.kind)),
            why=_why(account.language, operation.kind, error),
            number=operation.id[:8],
        )


def _what(kind: str) -> str:
    known = f"dead.what.{kind}"
    return known if has_word(known) else "dead.what.other"


def _why(language: str, kind: str, error: Exception) -> str:
    """In people's words: of its code, else of its class and of whom it is."""
    code = error.code if isinstance(error, StockgateError) else ""
    if has_word(f"dead.why.{code}"):
        return word(language, f"dead.why.{code}")
    side = code.partition("_")[0] if code.startswith(("crm_", "erp_")) else str(lane_of(kind))
    if isinstance(error, Retryable | OutcomeUnknown):
        return word(language, f"dead.why.silent.{side}")
    if not isinstance(error, Permanent):
        return word(language, "dead.why.internal")
    message = str(error.data.get("message") or "")
    return word(language, f"dead.why.refused.{side}.said" if message else f"dead.why.refused.{side}", message=message)
