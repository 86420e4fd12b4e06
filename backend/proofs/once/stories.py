"""What may repeat, and which answer may be lost: two sides of the matrix. A story is told to a town, by its people and
processes; the third side, the crash, may end it at any boundary."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from backend.erp.memory.faults import Fault
from backend.ports.crm import CrmOutcomeUnknown
from backend.ports.erp import ErpOutcomeUnknown, ErpUnavailable
from backend.proofs.once.town import LOOK_AGAIN, Process, Town

Story = Callable[[Town], None]
AGES = timedelta(days=5)


def plain(town: Town) -> None:
    process = town.process()
    process.press()
    process.work()


def pressed_twice(town: Town) -> None:
    """Before the work and after it."""
    process = town.process()
    process.press()
    process.press()
    process.work()
    process.press()
    process.work()


def delivered_twice(town: Town) -> None:
    process = town.process()
    process.press()
    process.work(times=2)


def unheard(town: Town) -> None:
    """No announcement arrives; two sweeps find the work, each announcing all of it."""
    process = town.process()
    process.press()
    while town.next_moment() is not None:
        process.heard.clear()
        town.clock.moment += LOOK_AGAIN
        process.sweep()
        process.sweep()
        process.deliver()


def overtaken(step: str, *, after: bool) -> Story:
    """The worker hangs in a call until its lease has run out; a second one does the work, then the first goes on."""

    def story(town: Town) -> None:
        first = town.process()
        first.press()

        def rival() -> None:
            heard = town.announcer.hear
            town.clock.moment += first.lease + LOOK_AGAIN
            second = town.process()
            second.sweep()
            second.work()
            town.announcer.hear = heard

        plan = town.books.script.after if after else town.books.script.before
        plan(step, rival)
        first.work()

    return story


def given_up_then_retried(town: Town) -> None:
    """The ERP is gone for longer than we are patient; it returns, and the person presses *Retry*."""
    process = _given_up(town)
    process.press_retry()
    process.work()


def given_up_then_anew(town: Town) -> None:
    """The same, but the person presses *Place order* again: whatever was made of the first must go."""
    process = _given_up(town)
    process.press()
    process.work()


def _given_up(town: Town) -> Process:
    """The ERP made the order, but vanished before it said so (unless an earlier answer was lost)."""
    process = town.process()
    process.press()
    town.erp.lose("place_order", ErpOutcomeUnknown("lost"), after=True)
    process.deliver()
    town.erp.gone = ErpUnavailable("gone")
    town.clock.moment += AGES
    process.work()
    town.erp.gone = None
    return process


def waited_in_the_queue(town: Town) -> None:
    """Nobody could check while the ERP was gone; the order waits, is tried in vain, and placed when the ERP returns."""
    process = town.process()
    process.look()
    town.erp.gone = ErpUnavailable("gone")
    process.put_into_queue()
    process.deliver()
    town.erp.gone = None
    process.work()


STORIES: Mapping[str, Story] = {
    "plain": plain,
    "pressed twice": pressed_twice,
    "delivered twice": delivered_twice,
    "unheard, swept twice": unheard,
    "overtaken before the ERP did it": overtaken("place_order", after=False),
    "overtaken in the middle of it": overtaken("place_order.confirm", after=True),
    "overtaken after the ERP did it": overtaken("place_order", after=True),
    "waited in the queue": waited_in_the_queue,
    "given up, then retried": given_up_then_retried,
    "given up, then ordered anew": given_up_then_anew,
}


@dataclass(frozen=True, slots=True)
class Loss:
    """The first answer of one step does not arrive: what was asked was done (`after`) or not."""

    where: str
    step: str
    after: bool

    def arm(self, town: Town) -> None:
        if self.where == "erp":
            town.books.script.fail(self.step, Fault.LOST_AFTER if self.after else Fault.LOST_BEFORE)
        else:
            town.crm.lose(self.step, CrmOutcomeUnknown("lost"), after=self.after)

    def __str__(self) -> str:
        return f"{self.where}.{self.step} lost {'after' if self.after else 'before'} it was done"


ERP_STEPS = ("create_customer", "place_order", "place_order.create", "place_order.confirm", "place_order.reserve")
CRM_STEPS = ("update_deal", "add_note")
LOSSES: Mapping[str, Loss | None] = {
    "nothing lost": None,
    **{
        str(loss): loss
        for where, steps in (("erp", ERP_STEPS), ("crm", CRM_STEPS))
        for step in steps
        for loss in (Loss(where, step, after=False), Loss(where, step, after=True))
    },
}
