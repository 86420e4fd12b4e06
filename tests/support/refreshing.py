"""A turn of the refresh in the background, and what it writes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from sqlalchemy import Engine, event

from backend.ports.crm import DealField
from backend.ports.store import KeptCheck, WatchedDeal
from backend.services.refresh_stock import Refreshed, refresh_all
from backend.services.set_up_account import start_set_up
from tests.support.house import ACCOUNT, ADMINISTRATOR, ANNA, STAGE, House

EVERY = timedelta(minutes=4)


def refresh(house: House, rest: Callable[[timedelta], bool] = lambda _: True) -> Refreshed:
    """Four minutes later, the account's turn."""
    house.clock.advance(EVERY)
    return refresh_all(house.services, every=EVERY, rest=rest)[ACCOUNT]


def watched(house: House, *deals: int, closed: bool = False, basket: Mapping[str, str] | None = None) -> None:
    """The CRM told us of these deals; of what lies in their baskets unless `basket` says so."""
    now = house.clock.now()
    with house.store.write() as unit:
        for deal_id in deals:
            told = house.crm.deals_seen([deal_id])[0].basket if basket is None else basket
            unit.watch.save([WatchedDeal(ACCOUNT, deal_id, *STAGE, closed, ANNA, now, told, now)])


def kept(house: House, deal_id: int) -> KeptCheck | None:
    with house.store.read() as unit:
        return unit.pictures.check(ACCOUNT, deal_id)


def revision(house: House, deal_id: int) -> int:
    with house.store.read() as unit:
        return unit.deals.get(ACCOUNT, deal_id).revision


def with_fields(house: House) -> None:
    """The account has our fields in its deals."""
    start_set_up(house.services, ADMINISTRATOR)
    house.drain()


def field(house: House, deal_id: int) -> str | None:
    """What the deal's *stock check* says once everything was written."""
    house.drain()
    return house.crm.deals[deal_id].fields.get(DealField.STOCK_CHECK)


@contextmanager
def written(engine: Engine) -> Iterator[list[str]]:
    """The statements that change something during the block, each as its first words and table: `UPDATE deal`."""
    found: list[str] = []

    def listen(_conn: Any, _cursor: Any, statement: str, *_: Any) -> None:
        words = statement.replace('"', "").split()
        if words[0] == "UPDATE":
            found.append(f"UPDATE {words[1]}")
        elif words[0] in {"INSERT", "DELETE"}:
            found.append(f"{words[0]} {words[2]}")

    event.listen(engine, "before_cursor_execute", listen)
    try:
        yield found
    finally:
        event.remove(engine, "before_cursor_execute", listen)
