"""The error's class decides what follows."""

from __future__ import annotations

from datetime import timedelta
from random import Random

import pytest

from backend.domain.errors import Conflict, OutcomeUnknown, Permanent, Retryable
from backend.jobs.policy import GiveUp, Policy, TryAgain
from backend.ports.store import Operation, OperationState
from tests.support.storage import ACCOUNT, DEAL, START

SECOND = timedelta(seconds=1)


class Highest(Random):
    """No cut: the whole delay."""

    def random(self) -> float:
        return 0.0


def an_operation(attempts: int = 1) -> Operation:
    return Operation(
        "id", ACCOUNT, DEAL, "place", {}, "k", OperationState.RUNNING, attempts, START, 1, created_at=START
    )


@pytest.mark.parametrize("error", [Permanent(), Conflict(), ValueError()])
def test_what_no_repeat_mends_is_given_up(error: Exception) -> None:
    assert Policy().after(error, an_operation(), START) == GiveUp()


def test_delays_double_up_to_the_longest() -> None:
    policy = Policy(first=2 * SECOND, longest=10 * SECOND, random=Highest())
    delays = [policy.after(Retryable(), an_operation(attempts), START) for attempts in (1, 2, 3, 4, 5000)]
    assert delays == [TryAgain(seconds * SECOND, unsure=False) for seconds in (2, 4, 8, 10, 10)]


def test_a_crowd_does_not_come_back_as_one() -> None:
    policy = Policy(first=2 * SECOND, random=Random(7))
    delays = {policy.after(Retryable(), an_operation(), START) for _ in range(50)}
    assert len(delays) == 50
    assert all(isinstance(each, TryAgain) and SECOND <= each.delay <= 2 * SECOND for each in delays)


def test_what_was_told_is_respected() -> None:
    told = Policy().after(Retryable(after=timedelta(minutes=20)), an_operation(), START)
    assert told == TryAgain(timedelta(minutes=20), unsure=False)
    short = Policy(first=8 * SECOND, random=Highest()).after(Retryable(after=SECOND), an_operation(), START)
    assert short == TryAgain(8 * SECOND, unsure=False)


def test_an_unknown_outcome_is_told_as_such() -> None:
    again = Policy().after(OutcomeUnknown(), an_operation(), START)
    assert isinstance(again, TryAgain)
    assert again.unsure


def test_patience_ends() -> None:
    policy = Policy(patience=timedelta(days=3))
    for error in (Retryable(), OutcomeUnknown()):
        assert isinstance(policy.after(error, an_operation(900), START + timedelta(days=3)), TryAgain)
        assert policy.after(error, an_operation(900), START + timedelta(days=3, seconds=1)) == GiveUp()
