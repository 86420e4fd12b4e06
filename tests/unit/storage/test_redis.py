"""Redis: quick while it lives, harmless when it does not, and no orphan of our own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from backend.ports.crm import CrmBlocked, CrmThrottled
from backend.ports.tokens import Priority
from backend.storage.redis import EmbeddedRedis, RedisCache, RedisLine, RedisRateBudget
from backend.storage.redis.seen import RedisSeen
from backend.storage.redis.slots import Pace
from tests.support.storage import ACCOUNT, OTHER, TickingClock
from tests.support.waiting import until

MINUTE = timedelta(minutes=1)
NOWHERE = "redis://127.0.0.1:1/0"


@pytest.fixture(scope="module")
def redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedRedis]:
    own = EmbeddedRedis(tmp_path_factory.mktemp("redis"))
    own.start()
    yield own
    own.stop()
    until(lambda: not own.answers())


@pytest.fixture
def line(redis: EmbeddedRedis) -> Iterator[RedisLine]:
    open_line = RedisLine(redis.url)
    open_line.client.flushall()
    yield open_line
    open_line.close()


class Steady:
    """A steady clock that sleeping moves."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


def test_the_cache_keeps_and_drops(line: RedisLine) -> None:
    cache = RedisCache(line)
    cache.put("a", b"\x00\xff", ttl=MINUTE)
    assert cache.get("a") == b"\x00\xff"
    assert cache.get_many(["b", "a"]) == [None, b"\x00\xff"]
    assert 0 < line.client.pttl("stockgate:cache:a") <= 60_000  # type: ignore[operator]
    cache.drop("a", "b")
    assert cache.get("a") is None
    assert cache.get_many([]) == []
    cache.drop()


def test_a_cache_nobody_answers_is_empty() -> None:
    cache = RedisCache(RedisLine(NOWHERE))
    cache.put("a", b"1", ttl=MINUTE)
    assert cache.get_many(["a", "b"]) == [None, None]
    cache.drop("a")


def test_the_line_tells_whether_anybody_answers(line: RedisLine) -> None:
    assert line.answers()
    assert not RedisLine(NOWHERE).answers()


def test_a_dead_redis_is_not_asked_again_at_once() -> None:
    steady, asked = Steady(), []
    silent = RedisLine(NOWHERE, rest=timedelta(seconds=2), monotonic=steady)
    silent.client.execute_command = refuse(asked)  # type: ignore[method-assign]
    cache = RedisCache(silent)
    for _ in range(3):
        assert cache.get("a") is None
    assert len(asked) == 1
    steady.now += 2
    cache.get("a")
    assert len(asked) == 2


def refuse(asked: list[object]) -> Callable[..., object]:
    def execute(*words: object, **_: object) -> object:
        asked.append(words)
        raise ConnectionRefusedError

    return execute


def local_budget(steady: Steady, clock: TickingClock) -> RedisRateBudget:
    return RedisRateBudget(RedisLine(NOWHERE), clock, pace=Pace(window=1.0), sleep=steady.sleep, monotonic=steady)


def test_without_redis_a_burst_a_window_within_the_process(clock: TickingClock) -> None:
    steady = Steady()
    budget = local_budget(steady, clock)
    moments = []
    for _ in range(16):
        budget.take(ACCOUNT, Priority.PERSON)
        moments.append(steady.now)
    assert moments == [1000.0 + number // 7 for number in range(16)]
    budget.take(OTHER, Priority.PERSON)
    assert steady.now == moments[-1]


def test_background_work_leaves_room_for_people(clock: TickingClock) -> None:
    steady = Steady()
    budget = local_budget(steady, clock)
    for _ in range(4):
        budget.take(ACCOUNT, Priority.BACKGROUND)
    for _ in range(3):
        budget.take(ACCOUNT, Priority.PERSON)
    assert steady.slept == []
    budget.take(ACCOUNT, Priority.BACKGROUND)
    assert steady.now == 1001.0


def test_people_are_not_queued_without_end(clock: TickingClock) -> None:
    steady = Steady()
    budget = RedisRateBudget(
        RedisLine(NOWHERE), clock, pace=Pace(window=1.0, queue=2.0), sleep=lambda _: None, monotonic=steady
    )
    for _ in range(21):
        budget.take(ACCOUNT, Priority.PERSON)
    with pytest.raises(CrmThrottled) as refused:
        budget.take(ACCOUNT, Priority.PERSON)
    assert refused.value.after == timedelta(seconds=3)


def test_the_shared_budget_holds_over_all_who_ask(line: RedisLine, redis: EmbeddedRedis, clock: TickingClock) -> None:
    waits: list[float] = []
    other_line = RedisLine(redis.url)
    budgets = [
        RedisRateBudget(each, clock, pace=Pace(window=60.0, queue=100.0), sleep=waits.append)
        for each in (line, other_line)
    ]
    for number in range(8):
        budgets[number % 2].take(ACCOUNT, Priority.PERSON)
    assert len(waits) == 1
    assert 55 < waits[0] <= 60
    with pytest.raises(CrmThrottled):
        budgets[0].take(ACCOUNT, Priority.BACKGROUND)
    budgets[1].take(OTHER, Priority.BACKGROUND)
    other_line.close()


@pytest.mark.parametrize(("blocked", "error"), [(False, CrmThrottled), (True, CrmBlocked)])
def test_a_stop_holds_for_everybody_and_is_never_shortened(
    line: RedisLine, redis: EmbeddedRedis, clock: TickingClock, blocked: bool, error: type[Exception]
) -> None:
    here, other_line = RedisRateBudget(line, clock), RedisLine(redis.url)
    there = RedisRateBudget(other_line, clock)
    here.stop(ACCOUNT, clock.now() + 5 * MINUTE, blocked=blocked)
    here.stop(ACCOUNT, clock.now() + MINUTE, blocked=blocked)
    here.stop(ACCOUNT, clock.now() - MINUTE, blocked=blocked)
    for budget in (here, there):
        with pytest.raises(error) as refused:
            budget.take(ACCOUNT, Priority.PERSON)
        assert refused.value.after > 4 * MINUTE  # type: ignore[attr-defined]
    there.take(OTHER, Priority.PERSON)
    other_line.close()


def test_a_block_outlives_a_throttle(line: RedisLine, clock: TickingClock) -> None:
    budget = RedisRateBudget(line, clock)
    budget.stop(ACCOUNT, clock.now() + MINUTE, blocked=True)
    budget.stop(ACCOUNT, clock.now() + 9 * MINUTE)
    with pytest.raises(CrmBlocked):
        budget.take(ACCOUNT, Priority.PERSON)


def test_a_stop_outlives_redis(line: RedisLine, clock: TickingClock) -> None:
    budget = RedisRateBudget(line, clock)
    budget.stop(ACCOUNT, clock.now() + MINUTE)
    line.client.flushall()
    with pytest.raises(CrmThrottled):
        budget.take(ACCOUNT, Priority.PERSON)
    clock.advance(MINUTE)
    budget.take(ACCOUNT, Priority.PERSON)


def test_a_second_owner_shares_it_and_the_last_one_ends_it(tmp_path: Path) -> None:
    first, second = EmbeddedRedis(tmp_path), EmbeddedRedis(tmp_path)
    first.start()
    second.start()
    number = server_of(first)
    assert server_of(second) == number
    first.stop()
    assert second.answers()
    second.stop()
    until(lambda: not alive(number))
    assert not first.socket.exists()


def test_it_comes_back_when_it_is_killed(tmp_path: Path) -> None:
    own = EmbeddedRedis(tmp_path)
    own.start()
    os.kill(server_of(own), signal.SIGKILL)
    until(own.answers)
    own.stop()
    until(lambda: not own.answers())


def test_an_owner_that_is_killed_leaves_no_orphan(tmp_path: Path) -> None:
    script = (
        "import sys, time, pathlib; from backend.storage.redis import EmbeddedRedis;"
        "EmbeddedRedis(pathlib.Path(sys.argv[1])).start(); print('up', flush=True); time.sleep(600)"
    )
    owner = subprocess.Popen([sys.executable, "-c", script, str(tmp_path)], stdout=subprocess.PIPE)
    assert owner.stdout is not None
    assert owner.stdout.readline() == b"up\n"
    looker = EmbeddedRedis(tmp_path)
    number = server_of(looker)
    owner.kill()
    owner.wait()
    owner.stdout.close()
    until(lambda: not alive(number))


def test_a_long_path_gets_a_short_socket(tmp_path: Path) -> None:
    deep = EmbeddedRedis(tmp_path / ("d" * 60) / ("e" * 60))
    deep.start()
    assert deep.answers()
    deep.stop()
    until(lambda: not deep.answers())


def server_of(own: EmbeddedRedis) -> int:
    line = RedisLine(own.url)
    number: int = line.client.info()["process_id"]  # type: ignore[index]
    line.close()
    return number


def alive(number: int) -> bool:
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return False
    return True


def test_the_budget_tells_what_is_left_and_books_nothing(line: RedisLine) -> None:
    budget = RedisRateBudget(line, TickingClock())
    for _ in range(3):
        budget.take(ACCOUNT, Priority.PERSON)
    assert [budget.left([ACCOUNT, OTHER]) for _ in range(3)] == [{ACCOUNT: Pace().person - 3, OTHER: Pace().person}] * 3


def test_a_stopped_account_has_nothing_left(line: RedisLine) -> None:
    clock = TickingClock()
    budget = RedisRateBudget(line, clock)
    budget.stop(ACCOUNT, clock.now() + MINUTE)
    assert budget.left([ACCOUNT, OTHER]) == {ACCOUNT: 0, OTHER: Pace().person}


def test_without_redis_nobody_tells_what_is_left() -> None:
    dead = RedisLine(NOWHERE)
    assert RedisRateBudget(dead, TickingClock()).left([ACCOUNT]) == {}
    dead.close()


def test_processes_are_seen_by_kind(line: RedisLine) -> None:
    seen = RedisSeen(line)
    assert seen.alive() == {}
    for kind in ("worker", "worker", "clock"):
        seen.beat(kind)
    assert seen.alive() == {"worker": 1, "clock": 1}


def test_who_was_not_seen_for_long_is_gone(line: RedisLine) -> None:
    now, _ = line.client.time()  # type: ignore[misc]
    line.client.zadd("stockgate:seen", {"worker:old:1": now - 60, "worker:new:2": now - 5})
    assert RedisSeen(line).alive() == {"worker": 1}


def test_without_redis_nobody_knows_who_is_there() -> None:
    dead = RedisLine(NOWHERE)
    seen = RedisSeen(dead)
    seen.beat("worker")
    assert seen.alive() is None
    dead.close()
