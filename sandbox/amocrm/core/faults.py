"""Faults to be met on the wire, chosen by path, method and count."""

from __future__ import annotations

import re
import threading
from dataclasses import asdict, dataclass, field
from itertools import count as counter
from typing import Any

KINDS = (
    "429_json", "429_html", "403_html", "402", "500", "502", "503", "504",
    "slow", "half", "drop", "lost_update", "empty", "html_200",
)  # fmt: skip


@dataclass
class Fault:
    """One rule.

    `path` is a regular expression searched in the path; `method` empty means any; `count` how many requests it
    hits (0: until removed); `skip` how many pass first; `when` is `before` (nothing is done) or `after` (done,
    but the answer suffers); `seconds` is for `slow`; `port` is `crm` or `drive` or empty for both.
    """

    kind: str
    path: str = "."
    method: str = ""
    count: int = 1
    skip: int = 0
    when: str = "before"
    seconds: float = 3.0
    retry_after: int | None = None
    port: str = ""
    id: int = field(default=0)
    hits: int = 0

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"kind is one of {', '.join(KINDS)}")
        re.compile(self.path)


class Faults:
    """The rules in force."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._rules: list[Fault] = []
        self._ids = counter(1)

    def add(self, **rule: Any) -> Fault:
        """Put a rule in force."""
        with self._lock:
            fault = Fault(**rule)
            fault.id = next(self._ids)
            self._rules.append(fault)
            return fault

    def clear(self, fault_id: int | None = None) -> None:
        """Remove one rule, or all."""
        with self._lock:
            self._rules = [r for r in self._rules if fault_id is not None and r.id != fault_id]

    def listed(self) -> list[dict[str, Any]]:
        """The rules with how often each was hit."""
        with self._lock:
            return [asdict(rule) for rule in self._rules]

    def meet(self, method: str, path: str, port: str) -> Fault | None:
        """The fault this request meets, counted."""
        with self._lock:
            for rule in self._rules:
                if not self._matches(rule, method, path, port):
                    continue
                if rule.skip > 0:
                    rule.skip -= 1
                    continue
                rule.hits += 1
                return rule
        return None

    @staticmethod
    def _matches(rule: Fault, method: str, path: str, port: str) -> bool:
        spent = rule.count and rule.hits >= rule.count
        wrong = (rule.method and rule.method.upper() != method) or (rule.port and rule.port != port)
        return not spent and not wrong and re.search(rule.path, path) is not None
