"""The ledger of holds: what was accepted here and is not yet visible as a reserve in the ERP."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Protocol


@dataclass(frozen=True, slots=True)
class HoldWant:
    """Hold `quantity` base units of a product in a warehouse for an order part.

    `limit`: what the reading taken at t0 leaves to promise by the line's date, our holds not subtracted; None = a
    supervisor allowed it beyond stock.
    """

    part_key: str
    product_id: str
    warehouse_id: str
    quantity: Decimal
    limit: Decimal | None


@dataclass(frozen=True, slots=True)
class HoldShort:
    """A want that could not be met: `free` is what limit minus other holds left."""

    product_id: str
    warehouse_id: str
    wanted: Decimal
    free: Decimal


class HoldRepository(Protocol):
    """A hold counts against a reading taken at t0 unless it was released, or reflected at or before t0."""

    def take(
        self, account_id: int, wants: Sequence[HoldWant], *, taken_at: datetime, now: datetime
    ) -> Sequence[HoldShort]:
        """All or nothing, in product order, by a conditional write that two rivals cannot both pass.

        Wants of one product and warehouse are taken in the order given (by date): for each, others' counted holds +
        the wants so far must not exceed its limit. Returns what was short (then nothing is held).
        """
        ...

    def counted(
        self,
        account_id: int,
        product_ids: Sequence[str],
        warehouse_ids: Sequence[str],
        *,
        taken_at: datetime,
        part_keys: Sequence[str] | None = None,
    ) -> Mapping[tuple[str, str], Decimal]:
        """Holds (of these parts only, where they are named) that count against a reading taken at `taken_at`, by
        (product, warehouse); absent = none."""
        ...

    def reflect(self, account_id: int, part_key: str, *, at: datetime) -> None:
        """The ERP confirmed the reserve; readings taken from `at` on contain it."""
        ...

    def release(self, account_id: int, part_key: str, *, at: datetime) -> None:
        """The order will not be (or is no more). Safe to repeat."""
        ...

    def purge(self, *, reflected_before: datetime, released_before: datetime) -> int:
        """Forget holds that no reading still in use can count; how many. A part that is ordered again writes anew."""
        ...
