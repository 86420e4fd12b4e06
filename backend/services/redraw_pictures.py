"""Kept pictures drawn again with later stock; only what changed is written (R19)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from backend.domain.book import StockBook
from backend.domain.rules import Rules
from backend.domain.stock import StockReading, WarehouseStock
from backend.ports.erp import Warehouse
from backend.ports.store import Account, KeptCheck, KeptPicture
from backend.services.deps import Services
from backend.services.keep_picture import kept_of
from backend.services.panel.figures import figures
from backend.services.stock_check import tell_check
from backend.services.take_picture import Picture, book_of, draw
from backend.services.void_approval import void_if_changed


@dataclass(slots=True)
class FreshStock:
    """What was read batch by batch, in these warehouses. A product counts from the moment of its own reading."""

    warehouses: Sequence[Warehouse] = ()
    rows: dict[tuple[str, str], WarehouseStock] = field(default_factory=dict)
    unknown: set[str] = field(default_factory=set)
    taken_at: dict[str, datetime] = field(default_factory=dict)

    def add(self, asked: Sequence[str], reading: StockReading) -> None:
        self.rows |= reading.rows
        self.unknown |= reading.unknown
        self.taken_at |= dict.fromkeys(asked, reading.taken_at)

    def has(self, goods: Sequence[str]) -> bool:
        """Were all of these read? No goods, nothing to read."""
        return bool(goods) and all(one in self.taken_at for one in goods)

    def of(self, goods: Sequence[str]) -> StockReading:
        """One reading of these, as old as the oldest of them: a hold is then counted twice rather than not at all."""
        return StockReading(min(self.taken_at[one] for one in goods), self.rows, frozenset(self.unknown))


def redraw(services: Services, account: Account, rules: Rules, stock: FreshStock, deal_ids: Sequence[int]) -> int:
    """Draw these deals again and write what changed; how many did. Their goods are all in `stock`.

    Read, draw, write: nobody's transaction waits for the drawing. A picture that somebody replaced meanwhile is left
    alone; one made from something that is no longer so is outdated.
    """
    drawable, worn = _load(services, account, rules, stock, deal_ids)
    same: list[KeptCheck] = []
    changed: list[tuple[KeptCheck, KeptPicture, Picture]] = []
    for before, book, taken_at in drawable:
        picture = draw(account, rules, before.parts, book, began_at=before.check.taken_at, taken_at=taken_at)
        after = kept_of(picture, figures(picture))
        if after.check.digest == before.check.digest:
            same.append(after.check)
        else:
            changed.append((before.check, after, picture))
    # Two transactions: in each the deals are locked in the order of ids, as everywhere.
    if worn:
        with services.store.write() as unit:
            for deal_id in worn:
                unit.pictures.outdate(account.id, deal_id)
    if same:
        with services.store.write() as unit:
            unit.pictures.renew(same)
    return sum(_write(services, was, after, picture) for was, after, picture in changed)


def _load(
    services: Services, account: Account, rules: Rules, stock: FreshStock, deal_ids: Sequence[int]
) -> tuple[list[tuple[KeptPicture, StockBook, datetime]], list[int]]:
    """What can be drawn again with its book; and the deals whose warehouses or draft are others by now, or whose kept
    parts cannot be read."""
    today = services.today(account)
    drawable, worn = [], set(deal_ids)
    with services.store.read() as unit:
        for kept in unit.pictures.read(account.id, deal_ids):
            draft = unit.deals.get(account.id, kept.check.deal_id).draft
            if list(kept.parts.warehouses) != list(stock.warehouses) or kept.parts.draft.lines != draft.lines:
                continue
            worn.remove(kept.check.deal_id)
            reading = stock.of(kept.goods)
            drawable.append((kept, book_of(unit, account, rules, kept.parts, reading, today), reading.taken_at))
    return drawable, sorted(worn)


def _write(services: Services, was: KeptCheck, after: KeptPicture, picture: Picture) -> bool:
    """A deal a transaction: nobody waits long for it, nor it for two. Open cards look again, the deal's field follows,
    an approval that it contradicts is void."""
    with services.store.write() as unit:
        unit.deals.lock(was.account_id, was.deal_id)
        if not unit.pictures.redraw(after, was=was):
            return False
        unit.deals.touch(was.account_id, was.deal_id)
        tell_check(unit, picture.account, was.deal_id, after.check.stock_at)
    void_if_changed(services, picture)
    return True
