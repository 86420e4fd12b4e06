"""Pictures of deals. Which deals are open is what the CRM last told of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, and_, delete, exists, or_, select, update

from backend.domain.policy import Outcome
from backend.ports.store import AccountState, KeptCheck, KeptPicture
from backend.storage.rows import insert, same, values, written
from backend.storage.tables import account, deal_picture, deal_watch

_CHECK = [deal_picture.c[field.name] for field in fields(KeptCheck)]


class SqlPictures:
    """Implements `ports.store.PictureRepository`."""

    def __init__(self, sql: Connection) -> None:
        self._sql = sql

    def check(self, account_id: int, deal_id: int) -> KeptCheck | None:
        row = self._sql.execute(select(*_CHECK).where(_of(account_id, deal_id))).mappings().first()
        return None if row is None else _check(row)

    def figures(self, account_id: int, deal_id: int) -> tuple[datetime, Mapping[str, object]] | None:
        query = select(deal_picture.c.stock_at, deal_picture.c.figures).where(_of(account_id, deal_id))
        row = self._sql.execute(query).first()
        return None if row is None else (row.stock_at, row.figures)

    def read(self, account_id: int, deal_ids: Sequence[int]) -> Sequence[KeptPicture]:
        query = select(deal_picture).where(_of(account_id), deal_picture.c.deal_id.in_(deal_ids))
        rows = self._sql.execute(query.order_by(deal_picture.c.deal_id)).mappings()
        return [KeptPicture(_check(row), row["goods"], row["parts"], row["figures"]) for row in rows]

    def keep(self, picture: KeptPicture) -> bool:
        row: dict[str, Any] = values(picture.check, deal_picture) | {
            "goods": picture.goods,
            "figures": picture.figures,
            "parts": picture.parts,
        }
        statement = insert(self._sql, deal_picture).values(**row)
        stays = {"account_id", "deal_id", "told"}
        replaced = statement.on_conflict_do_update(
            index_elements=["account_id", "deal_id"],
            set_={name: statement.excluded[name] for name in row if name not in stays},
            where=deal_picture.c.stock_at <= statement.excluded.stock_at,
        )
        return written(self._sql, replaced)

    def renew(self, account_id: int, deal_ids: Sequence[int], *, stock_at: datetime) -> None:
        older = (deal_picture.c.deal_id.in_(deal_ids), deal_picture.c.stock_at < stock_at)
        self._sql.execute(update(deal_picture).where(_of(account_id), *older).values(stock_at=stock_at))

    def outdate(self, account_id: int, deal_id: int | None = None) -> None:
        self._sql.execute(update(deal_picture).where(_of(account_id, deal_id)).values(outdated=True))

    def tell(self, account_id: int, deal_id: int, state: str) -> None:
        self._sql.execute(update(deal_picture).where(_of(account_id, deal_id)).values(told=state))

    def forget(self, account_id: int, deal_id: int | None = None) -> None:
        self._sql.execute(delete(deal_picture).where(_of(account_id, deal_id)))

    def purge(self, *, before: datetime) -> int:
        closed = exists().where(_watched(), deal_watch.c.closed)
        gone = exists().where(
            account.c.id == deal_picture.c.account_id, account.c.state == str(AccountState.UNINSTALLED)
        )
        return self._sql.execute(
            delete(deal_picture).where(or_(deal_picture.c.stock_at < before, closed, gone))
        ).rowcount


def _of(account_id: int, deal_id: int | None = None) -> ColumnElement[bool]:
    key = {"account_id": account_id} if deal_id is None else {"account_id": account_id, "deal_id": deal_id}
    return same(deal_picture, **key)


def _watched() -> ColumnElement[bool]:
    """The same deal, as the CRM last told it."""
    return and_(
        deal_watch.c.account_id == deal_picture.c.account_id, deal_watch.c.deal_id == deal_picture.c.deal_id
    )  # fmt: skip


def _check(row: RowMapping) -> KeptCheck:
    kept = {field.name: row[field.name] for field in fields(KeptCheck)}
    return KeptCheck(**(kept | {"outcome": Outcome(row["outcome"])}))
