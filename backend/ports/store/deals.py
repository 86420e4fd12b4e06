"""What we keep of a deal: its draft and a revision that grows with every change its panel could show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from backend.domain.basket import Draft


@dataclass(frozen=True, slots=True)
class DealState:
    """`revision` 0 for a deal we know nothing of."""

    account_id: int
    deal_id: int
    revision: int
    draft: Draft


class DealRepository(Protocol):
    def get(self, account_id: int, deal_id: int) -> DealState: ...

    def save_draft(self, account_id: int, deal_id: int, draft: Draft) -> int:
        """Store and return the new revision."""
        ...

    def touch(self, account_id: int, deal_id: int) -> int:
        """Something the panel shows changed; returns the new revision."""
        ...

    def lock(self, account_id: int, deal_id: int) -> None:
        """Whoever else writes about the deal is before us or after us; nothing the panel shows has changed yet."""
        ...

    def touch_known(self, account_id: int, deal_ids: Sequence[int]) -> None:
        """Something changed in these deals; those we know nothing of have no panel to tell."""
        ...
