"""The matrix spread over processes, each with a database of its own."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from random import Random

from cryptography.fernet import Fernet

from backend.proofs.once.cases import Case, Forgetful, Verdict, Wrap, run
from backend.proofs.once.stories import LOSSES, STORIES
from backend.proofs.once.town import Database
from backend.proofs.quiet import be_quiet
from backend.storage import SecretBox

MOST_FAULTS = 20


@dataclass(frozen=True, slots=True)
class Share:
    """A story and a lost answer, crossed with crashes: at every boundary, or at these shares (0…1) of the story."""

    story: str
    loss: str
    at: Sequence[float] | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """Of a share, or of many added up. `faulty`: cases in which something was wrong, the first of them told."""

    cases: int = 0
    crashes: int = 0
    faulty: int = 0
    faults: tuple[str, ...] = ()
    boundaries: frozenset[str] = frozenset()

    def __add__(self, other: Result) -> Result:
        return Result(
            self.cases + other.cases,
            self.crashes + other.crashes,
            self.faulty + other.faulty,
            (*self.faults, *other.faults)[:MOST_FAULTS],
            self.boundaries | other.boundaries,
        )


def whole() -> Sequence[Share]:
    """Every story with every loss, killed at every boundary."""
    return [Share(story, loss) for story in STORIES for loss in LOSSES]


def sample(random: Random, *, losses: int, crashes: int) -> Sequence[Share]:
    """Each story with this many of the losses (nothing lost among them), killed at this many places."""
    shares = []
    for story in STORIES:
        nothing, *others = LOSSES
        for loss in [nothing, *random.sample(others, losses - 1)]:
            shares.append(Share(story, loss, [random.random() for _ in range(crashes)]))
    return shares


def run_all(urls: Sequence[str], shares: Sequence[Share], *, forgetful: bool = False) -> Iterator[Result]:
    """Results as they come, one a share; as many processes as databases, with one database none but this."""
    if len(urls) == 1:
        database = _database(urls[0])
        yield from (result_of(share, database, _wrap(forgetful)) for share in shares)
        database.close()
        return
    spawn = multiprocessing.get_context("spawn")
    with spawn.Manager() as manager:
        free = manager.Queue()
        for url in urls:
            free.put(url)
        with ProcessPoolExecutor(len(urls), spawn, initializer=_begin, initargs=(free, forgetful)) as pool:
            yield from pool.map(_run_share, shares)


def jobs() -> int:
    """How many processes: as many as cores."""
    return min(os.cpu_count() or 1, 8)


_here: list[tuple[Database, Wrap]] = []


def _begin(free: multiprocessing.Queue[str], forgetful: bool) -> None:
    """In a process of the pool: its database."""
    be_quiet()
    _here.append((_database(free.get()), _wrap(forgetful)))


def _database(url: str) -> Database:
    return Database(url, SecretBox([Fernet.generate_key().decode()]))


def _wrap(forgetful: bool) -> Wrap:
    return Forgetful if forgetful else lambda erp: erp


def _run_share(share: Share) -> Result:
    database, wrap = _here[0]
    return result_of(share, database, wrap)


def result_of(share: Share, database: Database, wrap: Wrap) -> Result:
    """Run the share's cases one after another."""
    found = Result()
    for case in _cases(share, database, wrap):
        found += _one(run(database, case, wrap))
    return found


def _cases(share: Share, database: Database, wrap: Wrap) -> Iterator[Case]:
    whole_story = Case(share.story, share.loss)
    yield whole_story
    count = len(run(database, whole_story, wrap).passed)
    numbers = range(count) if share.at is None else [int(place * count) for place in share.at]
    yield from (Case(share.story, share.loss, number) for number in numbers)


def _one(verdict: Verdict) -> Result:
    return Result(
        cases=1,
        crashes=int(verdict.case.crash_at is not None),
        faulty=int(bool(verdict.faults)),
        faults=(str(verdict),) if verdict.faults else (),
        boundaries=frozenset(verdict.passed),
    )
