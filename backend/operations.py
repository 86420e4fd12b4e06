"""Which use case runs an operation of which kind."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from backend.domain.errors import Retryable, StockgateError
from backend.ports.crm import CrmPaymentRequired, CrmReauthorise
from backend.ports.store import Operation
from backend.services.deps import Services
from backend.services.keep_subscription import restore_hook
from backend.services.open_document import attach_document
from backend.services.place_order import fail_order, place_order
from backend.services.queue.outcome import gave_up
from backend.services.queue.run import run_queued_order
from backend.services.read_hooks import read_erp_hooks, read_hooks
from backend.services.return_deals import return_deals, returning_failed
from backend.services.run_crm_operations import (
    add_approval_task,
    add_note,
    add_task,
    align_lines,
    complete_task,
    update_deal,
)
from backend.services.say_dead import say_dead
from backend.services.set_up_account import clean_up, set_up, set_up_failed
from backend.services.verify_order import verify_order
from backend.services.watch_alerts import send_alert

Run = Callable[[Services, Operation], None]
Dead = Callable[[Services, Operation, Exception], None]

LOOK_AGAIN = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Doing:
    """A use case with its services."""

    services: Services
    run: Run

    def __call__(self, operation: Operation) -> None:
        self.run(self.services, operation)


class CrmNotConnected(Retryable):
    """The account must be connected again, or paid for, by a person; what was to be written there waits for it."""

    code = "crm_reauthorise"


@dataclass(frozen=True, slots=True)
class DoingWhenConnected(Doing):
    """One that writes into a CRM which may be out of reach until an administrator acts."""

    def __call__(self, operation: Operation) -> None:
        try:
            self.run(self.services, operation)
        except (CrmReauthorise, CrmPaymentRequired) as error:
            raise CrmNotConnected(error.code, after=LOOK_AGAIN) from error


@dataclass(frozen=True, slots=True)
class DoingOrTelling(Doing):
    """One that has to say something when its operation is given up."""

    dead: Dead

    def on_dead(self, operation: Operation, error: Exception) -> None:
        self.dead(self.services, operation, error)


@dataclass(frozen=True, slots=True)
class DoingWhenConnectedOrTelling(DoingWhenConnected):
    """Both: it waits for the CRM to be connected again, and says something when it is given up."""

    dead: Dead

    def on_dead(self, operation: Operation, error: Exception) -> None:
        self.dead(self.services, operation, error)


def handlers(services: Services) -> Mapping[str, Callable[[Operation], None]]:
    """By kind. A kind that is queued anywhere must be here (a meta-test looks)."""
    return {
        "order.submit": DoingWhenConnectedOrTelling(services, run_queued_order, gave_up),
        "order.place": DoingOrTelling(services, place_order, _order_given_up),
        "order.verify": Doing(services, verify_order),
        "crm.update_deal": DoingWhenConnected(services, update_deal),
        "crm.note": DoingWhenConnected(services, add_note),
        "crm.approval_task": DoingWhenConnected(services, add_approval_task),
        "crm.task": DoingWhenConnected(services, add_task),
        "crm.complete_task": DoingWhenConnected(services, complete_task),
        "crm.align_lines": DoingWhenConnected(services, align_lines),
        "crm.attach_document": DoingWhenConnected(services, attach_document),
        "alert.send": Doing(services, send_alert),
        "crm.move_back": DoingWhenConnectedOrTelling(services, return_deals, returning_failed),
        "crm.restore_hook": DoingWhenConnected(services, restore_hook),
        "account.read_hooks": DoingWhenConnected(services, read_hooks),
        "account.read_erp_hooks": Doing(services, read_erp_hooks),
        "account.set_up": DoingOrTelling(services, set_up, set_up_failed),
        "account.clean_up": DoingOrTelling(services, clean_up, set_up_failed),
    }


def mourner(services: Services) -> Callable[[Operation, Exception], None]:
    """Says that an operation was given up, where its handler above says nothing, or there is none."""
    return partial(say_dead, services)


def _order_given_up(services: Services, operation: Operation, error: Exception) -> None:
    known = error if isinstance(error, StockgateError) else StockgateError(type(error).__name__)
    fail_order(services, operation, known)
