"""The body of a webhook as plain hints. It is unsigned: a hint says what to look at, never what is true.

Form encoding with PHP's brackets, every value a string: `leads[status][0][id]=25399013&account[id]=7039099`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from urllib.parse import parse_qsl

from backend.domain.errors import Invalid
from backend.ports.crm import DealHint

LARGEST_BODY = 1024 * 1024
MOST_PAIRS = 20_000
MOST_HINTS = 1_000
DEEPEST = 10
STAGES = frozenset({"old_status_id", "old_pipeline_id", "pipeline_id"})

_KEY = re.compile(r"([a-z_]+)((?:\[[^\[\]]*\])*)")
_PART = re.compile(r"\[([^\[\]]*)\]")
_NUMBER = re.compile(r"[0-9]{1,18}")


MOVED = frozenset({"status", "add"})


@dataclass(frozen=True, slots=True)
class Hint:
    """Something may have happened to an entity. `entity` and `action` as amoCRM writes them (`leads`, `status`);
    `left`: the pipeline and stage a deal is said to have left."""

    entity: str
    action: str
    id: int
    left: tuple[int, int] | None = None

    def of_deal(self) -> DealHint:
        """The same in the words of the port."""
        return DealHint(self.id, moved=self.action in MOVED, left=self.left)


@dataclass(frozen=True, slots=True)
class HookBody:
    """Hints in the order they came, repeats kept. `account_id` None where only a subdomain was given."""

    account_id: int | None
    subdomain: str
    hints: tuple[Hint, ...]


def read_hook(body: bytes) -> HookBody:
    """Parse a body. Raises Invalid for one that is too large, too deep or no form at all."""
    if len(body) > LARGEST_BODY:
        raise Invalid("a webhook larger than a megabyte", reason="size")
    account: dict[str, str] = {}
    found: list[tuple[Hint, str]] = []
    told: dict[str, dict[str, int]] = {}
    for key, value in _pairs(body):
        path = _path(key)
        if path[0] == "account" and len(path) == 2:
            account.setdefault(path[1], value)
            continue
        if len(path) == 4 and path[3] in STAGES and _NUMBER.fullmatch(value):
            told.setdefault(_item(path), {})[path[3]] = int(value)
        hint = _hint(path, value)
        if hint is not None:
            found.append((hint, _item(path)))
    if len(found) > MOST_HINTS:
        raise Invalid("too many entities in a webhook", reason="hints")
    hints = [replace(hint, left=_left(told.get(item, {}))) for hint, item in found]
    number = account.get("id", "")
    account_id = int(number) if _NUMBER.fullmatch(number) else None
    return HookBody(account_id, account.get("subdomain", ""), tuple(hints))


def deal_hints(account_id: int, body: bytes) -> Sequence[DealHint]:
    """What a webhook of this account says of deals; nothing where it names another account. Raises Invalid."""
    hook = read_hook(body)
    if hook.account_id not in (None, account_id):
        return ()
    return [hint.of_deal() for hint in hook.hints if hint.entity == "leads"]


def _pairs(body: bytes) -> list[tuple[str, str]]:
    try:
        text = body.decode("utf-8")
        return parse_qsl(text, keep_blank_values=True, strict_parsing=bool(text), max_num_fields=MOST_PAIRS)
    except ValueError as broken:
        raise Invalid("not a form", reason="form") from broken


def _path(key: str) -> list[str]:
    """`a[b][0][c]` as its parts."""
    found = _KEY.fullmatch(key)
    if found is None:
        return [key]
    parts = [found[1], *_PART.findall(found[2])]
    if len(parts) > DEEPEST:
        raise Invalid("brackets too deep", reason="depth")
    return parts


def _item(path: list[str]) -> str:
    """Which of the entities in the body a key belongs to."""
    return "/".join(path[:3])


def _left(told: dict[str, int]) -> tuple[int, int] | None:
    """Old pipeline and stage; the pipeline is named only where it changed too."""
    pipeline_id = told.get("old_pipeline_id", told.get("pipeline_id"))
    stage_id = told.get("old_status_id")
    return None if pipeline_id is None or stage_id is None else (pipeline_id, stage_id)


def _hint(path: list[str], value: str) -> Hint | None:
    """`entity[action][n][id]`; a note: `leads[note][n][note][element_id]`; a task maybe `task[update][0][0][id]`."""
    numbered = len(path) >= 4 and path[2].isdigit() and _NUMBER.fullmatch(value)
    if not numbered:
        return None
    rest = path[3:]
    if rest == ["id"] or (rest[0].isdigit() and rest[1:] == ["id"]):
        return Hint(path[0], path[1], int(value))
    if path[1] == "note" and rest == ["note", "element_id"]:
        return Hint(path[0], "note", int(value))
    return None
