"""One case of the matrix: a story with a lost answer, killed at a boundary; then a new life, and the judge."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from backend.domain.errors import StockgateError
from backend.domain.order import OrderStatus
from backend.erp.memory.adapter import MemoryErp
from backend.ports.erp import ErpOrder, ErpPort, OrderDraft
from backend.ports.store import AccountState
from backend.proofs.once.judge import judge
from backend.proofs.once.points import Crash, Points
from backend.proofs.once.stories import LOSSES, STORIES
from backend.proofs.once.town import Database, Town


@dataclass(frozen=True, slots=True)
class Case:
    """`crash_at`: which boundary of the story kills the process; None: it lives."""

    story: str
    loss: str
    crash_at: int | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """`passed`: the boundaries of the story as far as it came; `faults`: what the judge found."""

    case: Case
    passed: Sequence[str]
    faults: Sequence[str]

    def __str__(self) -> str:
        at = self.case.crash_at
        killed = "not killed" if at is None else f"killed at {at} ({self.passed[at]})" if at < len(self.passed) else "?"
        return f"{self.case.story}; {self.case.loss}; {killed}: {'; '.join(self.faults)}"


Wrap = Callable[[MemoryErp], ErpPort]


class Forgetful:
    """The ERP without its look-up by key, for the negative control: it makes whatever it is asked for, and finds
    nothing again. What stands behind `#` is not part of the key."""

    def __init__(self, erp: MemoryErp) -> None:
        self._erp = erp

    def place_order(self, draft: OrderDraft) -> ErpOrder:
        return self._erp.place_order(replace(draft, key=f"{draft.key}#{uuid.uuid4().hex}"))

    def find_order(self, key: str) -> ErpOrder | None:
        return None

    def __getattr__(self, name: str) -> object:
        return getattr(self._erp, name)


def run(database: Database, case: Case, wrap: Wrap = lambda erp: erp) -> Verdict:
    """The story, its end by the crash, what follows a crash, and the judgement."""
    points = Points(case.crash_at)
    town = Town(database, points, wrap)
    loss = LOSSES[case.loss]
    if loss is not None:
        loss.arm(town)
    faults = []
    try:
        STORIES[case.story](town)
    except Crash:
        points.disarm()
    except StockgateError as error:
        faults.append(f"the story ended with {error.code}: {error}")
    passed = tuple(points.passed)
    try:
        _afterwards(town)
    except StockgateError as error:
        faults.append(f"what follows ended with {error.code}: {error}")
    faults += judge(town)
    if faults:
        _close(town)
    return Verdict(case, passed, faults)


def _afterwards(town: Town) -> None:
    """The processes are started again, with nothing in memory. The person looks at the card: what was not accepted is
    pressed again, what could not be placed is retried, what is placed is pressed again by mistake."""
    town.erp.gone = None
    process = town.process()
    process.work()
    if town.status() is None:
        process.press()
        process.work()
    if town.status() is OrderStatus.FAILED:
        process.press_retry()
        process.work()
    process.press()
    process.work()


def _close(town: Town) -> None:
    """What is left of a failed case must not be found by the sweeps of the next ones."""
    with town.store.write() as unit:
        account = unit.accounts.get(town.account_id)
        if account is not None:
            unit.accounts.save(replace(account, state=AccountState.UNINSTALLED))
