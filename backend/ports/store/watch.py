"""Deals as the CRM last told them, and what the stage guard remembers of each (R8)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

Stage = tuple[int, int]
"""(pipeline id, stage id)."""


@dataclass(frozen=True, slots=True)
class WatchedDeal:
    """A deal as it was last seen. `basket`: quantity as plain text by element id as text. `updated_at`: of the CRM;
    `seen_at`: when the reading was begun, on our clock.

    The guard's: `home_*` is the last stage it was allowed in. `returns` times it was moved back since `returns_since`;
    `returning_by`: the operation that is about to do it.
    """

    account_id: int
    deal_id: int
    pipeline_id: int
    stage_id: int
    closed: bool
    responsible_id: int
    updated_at: datetime
    basket: Mapping[str, str]
    seen_at: datetime
    home_pipeline_id: int | None = None
    home_stage_id: int | None = None
    returns: int = 0
    returns_since: datetime | None = None
    returning_by: str | None = None

    @property
    def stage(self) -> Stage:
        return self.pipeline_id, self.stage_id

    @property
    def home(self) -> Stage | None:
        if self.home_pipeline_id is None or self.home_stage_id is None:
            return None
        return self.home_pipeline_id, self.home_stage_id


class WatchRepository(Protocol):
    def get(self, account_id: int, deal_id: int) -> WatchedDeal | None: ...

    def lock(self, account_id: int, deal_ids: Sequence[int]) -> Mapping[int, WatchedDeal]:
        """Those that are known, by id; nobody else changes them before this transaction ends."""
        ...

    def save(self, deals: Sequence[WatchedDeal]) -> None:
        """Insert or replace. What a rival saved of a later change of the deal (or of the same change, read later)
        stays."""
        ...

    def forget(self, account_id: int, deal_ids: Sequence[int] | None = None) -> None:
        """These are gone from the CRM; without ids: all of the account."""
        ...
