"""What the drain's row says."""

from __future__ import annotations

import pytest

from benchmarks.drain import Countdown, Effort, result


@pytest.mark.parametrize(("ours", "ok"), [([60.0, 58.0, 90.0], True), ([57.0, 50.0, 90.0], False)])
def test_the_goal_is_five_million_messages_a_day(ours: list[float], ok: bool) -> None:
    row = result(ours, [1000.0, 2000.0, 1500.0], Effort(100, 3))
    assert row.ok is ok
    assert row.baseline == 1500.0
    assert row.details is not None
    assert row.details["messages a day"] == round(sorted(ours)[1] * 86_400)


def test_a_countdown_is_over_when_everything_ran() -> None:
    over = Countdown(2)
    over(None)
    over(None)
    over.wait()
