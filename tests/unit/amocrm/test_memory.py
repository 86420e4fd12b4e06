"""What services' tests lean on in the CRM in memory: rivals, faults, the order of calls."""

from __future__ import annotations

from decimal import Decimal

import pytest

from backend.ports.crm import CrmOutcomeUnknown, CrmUnavailable
from tests.contract_crm.memory_world import filled
from tests.contract_crm.world import DEAL, LAMP
from tests.support.crm_memory import MemoryCrm


def lamp(crm: MemoryCrm) -> Decimal | None:
    deal = crm.deal(DEAL)
    assert deal is not None
    return next((line.quantity for line in deal.lines if line.element.id == LAMP), None)


def test_a_rival_runs_once_just_before_a_call() -> None:
    crm = filled()
    crm.before = lambda method: crm.set_line(DEAL, LAMP, "9") if method == "deal" else None
    assert lamp(crm) == Decimal(9)
    assert crm.calls == ["set_line", "deal"]


def test_a_fault_before_the_work_leaves_nothing() -> None:
    crm = filled()
    crm.fail_next("set_line", CrmUnavailable("down"))
    with pytest.raises(CrmUnavailable):
        crm.set_line(DEAL, LAMP, "1")
    assert lamp(crm) is None


def test_a_fault_after_the_work_loses_the_answer_only_once() -> None:
    crm = filled()
    crm.fail_next("set_line", CrmOutcomeUnknown("lost"), after=True)
    with pytest.raises(CrmOutcomeUnknown):
        crm.set_line(DEAL, LAMP, "1")
    crm.set_line(DEAL, LAMP, "2")
    assert lamp(crm) == Decimal(2)


def test_a_fault_waits_for_its_own_method() -> None:
    crm = filled()
    crm.fail_next("account", CrmUnavailable("down"))
    assert crm.deal(DEAL) is not None
    with pytest.raises(CrmUnavailable):
        crm.account()
