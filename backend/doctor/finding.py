"""One thing that was looked at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """`unknown`: it could not be looked at, because something else is wrong or nothing is there to tell."""

    OK = "ok"
    UNHEALTHY = "unhealthy"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Finding:
    """`check`: stable name for machines. `found`: what is so. `todo`: what to do; empty where nothing is to be done."""

    check: str
    verdict: Verdict
    found: str
    todo: str = ""


def ok(check: str, found: str) -> Finding:
    return Finding(check, Verdict.OK, found)


def unhealthy(check: str, found: str, todo: str) -> Finding:
    return Finding(check, Verdict.UNHEALTHY, found, todo)


def unknown(check: str, found: str, todo: str = "") -> Finding:
    return Finding(check, Verdict.UNKNOWN, found, todo)


def healthy(findings: Sequence[Finding]) -> bool:
    """Nothing that was looked at is unhealthy."""
    return all(one.verdict is not Verdict.UNHEALTHY for one in findings)


def as_json(findings: Sequence[Finding]) -> dict[str, object]:
    return {"healthy": healthy(findings), "findings": [asdict(one) for one in findings]}
