"""What is said when an order that waited could not be placed: a note in the deal, a task for its manager."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from backend.domain.errors import OutcomeUnknown, Retryable, StockgateError
from backend.ports.erp import ErpAddressForbidden, ErpDenied
from backend.ports.store import JournalEntry, Operation
from backend.services.deps import Services
from backend.services.panel.texts import Json
from backend.services.payload import deal_of
from backend.services.queue.offer import queued_by
from backend.services.queue.seen import quantity_text
from backend.services.say_in_deal import say
from backend.services.words import has_word, money_text, word
from backend.services.write_order import NotInQueue, require_in_queue

TIME_TO_ACT = timedelta(hours=4)
_MONEY = ("free", "total", "over")
_QUANTITIES = ("requested", "available", "missing", "quantity", "step")


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why nothing was placed. `why` keys the words `queue.failed.<why>`; `what`: sentences that say it exactly;
    `codes` for the journal."""

    why: str
    what: Sequence[str] = ()
    codes: Sequence[str] = ()


def tell_refusal(services: Services, operation: Operation, refusal: Refusal) -> None:
    """Note, task and journal in one transaction, once however often it is called. Nothing is said of an order that was
    taken out of the queue meanwhile (raises NotInQueue)."""
    deal_id, user_id = deal_of(operation), queued_by(operation)
    known = refusal.why != "rights" and user_id is not None
    assignee = user_id if known else _somebody_else(services, operation, user_id)
    now = services.clock.now()
    with services.store.write() as unit:
        unit.deals.touch(operation.account_id, deal_id)
        require_in_queue(unit, operation.account_id, deal_id, operation.id)
        account = unit.accounts.get(operation.account_id)
        if account is None or unit.operations.known(account.id, f"note:{_told_key(operation)}"):
            return
        text = _text(account.language, refusal)
        data = {"operation": operation.id, "why": refusal.why, "codes": list(refusal.codes)}
        unit.journal.add(JournalEntry(account.id, now, "order.queue_failed", user_id, deal_id, data))
        say(unit, account, deal_id, "queue.said", key=_told_key(operation), now=now, text=text)
        if assignee is not None:
            unit.operations.add(
                account.id,
                kind="crm.task",
                key=f"task:queue:{operation.id}",
                payload={"user_id": assignee, "text": text, "due": (now + TIME_TO_ACT).isoformat()},
                deal_id=deal_id,
                due_at=now,
            )


def was_told(services: Services, operation: Operation) -> bool:
    """An earlier run of this operation ended with words already."""
    with services.store.read() as unit:
        return unit.operations.known(operation.account_id, f"note:{_told_key(operation)}")


def gave_up(services: Services, operation: Operation, error: Exception) -> None:
    """The runner tries no more: days passed without an answer, or a person must mend something first."""
    code = error.code if isinstance(error, StockgateError) else StockgateError.code
    if isinstance(error, Retryable | OutcomeUnknown):
        why = "silent"
    else:
        why = "denied" if isinstance(error, ErpDenied | ErpAddressForbidden) else "stopped"
    say_refusal(services, operation, Refusal(why, codes=[code]))


def say_refusal(services: Services, operation: Operation, refusal: Refusal) -> None:
    """The same; silent where the order was taken out of the queue meanwhile."""
    with suppress(NotInQueue):
        tell_refusal(services, operation, refusal)


def in_words(language: str, reasons: Sequence[Json], currency: str) -> Sequence[str]:
    """Reasons of a decision (as the panel has them) as sentences; each once."""
    told = []
    for reason in reasons:
        code, params = str(reason["code"]), reason["params"]
        key = f"reason.{code}" if has_word(f"reason.{code}") else "reason.other"
        figures = _figures(language, params if isinstance(params, Mapping) else {}, currency)
        told.append(word(language, key, **{"code": code, "name": "", **figures}))
    return list(dict.fromkeys(told))


def _figures(language: str, params: Mapping[str, object], currency: str) -> Mapping[str, object]:
    shown = dict(params)
    for name in _MONEY:
        if name in shown:
            shown[name] = money_text(language, Decimal(str(shown[name])), currency)
    for name in _QUANTITIES:
        if name in shown:
            shown[name] = quantity_text(language, shown[name], "")
    return shown


def _text(language: str, refusal: Refusal) -> str:
    return word(language, f"queue.failed.{refusal.why}", what=" ".join(refusal.what)).replace("  ", " ")


def _told_key(operation: Operation) -> str:
    return f"queue-end:{operation.id}"


def _somebody_else(services: Services, operation: Operation, user_id: int | None) -> int | None:
    """Who acts where the one who put it there may not see the deal any more: the deal's own manager, else a
    supervisor."""
    crm = services.crms.of(operation.account_id)
    deal = crm.deal(deal_of(operation))
    active = {one.id for one in crm.users() if one.is_active}
    with services.store.read() as unit:
        rules = unit.accounts.rules(operation.account_id)
    wanted = [deal.responsible_id] if deal is not None else []
    wanted += [one.user_id for one in rules.supervisors]
    return next((one for one in wanted if one in active and one != user_id), None)
