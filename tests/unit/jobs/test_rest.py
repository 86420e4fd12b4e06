"""A rest lasts as long as it should, and not a moment longer than its process."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from backend.jobs.rest import Rest


@pytest.mark.parametrize("how_long", [timedelta(0), timedelta(seconds=-1), timedelta(milliseconds=1)])
def test_after_a_rest_work_goes_on(how_long: timedelta) -> None:
    assert Rest()(how_long)


def test_who_stops_does_not_wait_for_those_who_rest() -> None:
    rest = Rest()
    with ThreadPoolExecutor(1) as pool:
        resting = pool.submit(rest, timedelta(hours=1))
        rest.stop()
        assert resting.result(timeout=60) is False
    assert not rest(timedelta(hours=1)), "nobody begins a rest any more"
    rest.start()
    assert rest(timedelta(0))
