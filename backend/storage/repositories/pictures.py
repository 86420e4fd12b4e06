"""Pictures of deals. Which deals are open is what the CRM last told of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    RowMapping,
    Text,
    and_,
    bindparam,
    cast,
    delete,
    exists,
    func,
    or_,
    select,
    union_all,
    update,
)

from backend.domain.order import LIVE
from backend.domain.policy import Outcome
from backend.ports.store import AccountState, KeptCheck, KeptPicture, PictureParts
from backend.storage.codec import decode, encode
from backend.storage.rows import insert, same, values, written
from backend.storage.tables import account, deal_picture, deal_watch, order

_CHECK = [deal_picture.c[field.name] for field in fields(KeptCheck)]

_LIVING = [str(status) for status in sorted(LIVE)]

_RENEWED_BY = ("account_id", "deal_id", "digest", "stock_at")
_RENEW = (
    update(deal_picture)
    .where(*(deal_picture.c[name] == bindparam(f"the_{name}") for name in _RENEWED_BY[:3]))
    .where(deal_picture.c.stock_at < bindparam("the_stock_at"))
    .values(stock_at=bindparam("the_stock_at"))
)


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
        return [found for row in rows if (found := _picture(row)) is not None]

    def keep(self, picture: KeptPicture) -> bool:
        row: dict[str, Any] = values(picture.check, deal_picture) | {
            "goods": picture.goods,
            "figures": picture.figures,
            "parts": encode(picture.parts),
        }
        statement = insert(self._sql, deal_picture).values(**row)
        stays = {"account_id", "deal_id", "told"}
        replaced = statement.on_conflict_do_update(
            index_elements=["account_id", "deal_id"],
            set_={name: statement.excluded[name] for name in row if name not in stays},
            where=deal_picture.c.stock_at <= statement.excluded.stock_at,
        )
        return written(self._sql, replaced)

    def redraw(self, picture: KeptPicture, *, was: KeptCheck) -> bool:
        row = values(picture.check, deal_picture) | {"figures": picture.figures}
        drawn = {name: row[name] for name in ("stock_at", "outcome", "fingerprint", "digest", "figures")}
        unchanged = (deal_picture.c.taken_at == was.taken_at, deal_picture.c.digest == was.digest)
        statement = update(deal_picture).where(
            _of(was.account_id, was.deal_id),
            *unchanged,
            deal_picture.c.stock_at <= picture.check.stock_at,
            ~_ordered(deal_picture),
        )
        return self._sql.execute(statement.values(**drawn)).rowcount == 1

    def renew(self, checks: Sequence[KeptCheck]) -> None:
        if checks:
            named = [{f"the_{name}": getattr(one, name) for name in _RENEWED_BY} for one in checks]
            self._sql.execute(_RENEW, named)

    def outdate(self, account_id: int, deal_id: int | None = None) -> None:
        self._sql.execute(update(deal_picture).where(_of(account_id, deal_id)).values(outdated=True))

    def tell(self, account_id: int, deal_id: int, state: str) -> None:
        self._sql.execute(update(deal_picture).where(_of(account_id, deal_id)).values(told=state))

    def tell_again(self, account_id: int) -> None:
        self._sql.execute(update(deal_picture).where(_of(account_id)).values(told=None))

    def to_refresh(self, account_id: int, *, stock_before: datetime) -> Mapping[int, Sequence[str]]:
        query = select(deal_picture.c.deal_id, deal_picture.c.goods)
        fit = (deal_picture.c.stock_at < stock_before, ~deal_picture.c.outdated, ~_closed(), ~_ordered(deal_picture))
        return {row.deal_id: row.goods for row in self._sql.execute(query.where(_of(account_id), *fit))}

    def to_take(self, account_id: int, *, taken_between: tuple[datetime, datetime], limit: int) -> Sequence[int]:
        worn = or_(deal_picture.c.outdated, ~deal_picture.c.taken_at.between(*taken_between))
        again = select(deal_picture.c.deal_id).where(_of(account_id), worn, ~_closed(), ~_ordered(deal_picture))
        filled = cast(deal_watch.c.basket, Text) != "{}"
        never = select(deal_watch.c.deal_id).where(
            same(deal_watch, account_id=account_id, closed=False),
            filled,
            ~exists().where(_watched()),
            ~_ordered(deal_watch),
        )
        both = union_all(again, never).subquery()
        return self._sql.execute(select(both.c.deal_id).order_by(func.random()).limit(limit)).scalars().all()

    def to_tell(self, account_id: int, *, stock_before: datetime, limit: int) -> Sequence[int]:
        worn = or_(deal_picture.c.outdated, deal_picture.c.stock_at < stock_before)
        untrue = or_(deal_picture.c.told.is_(None), and_(deal_picture.c.told != "stale", worn))
        query = select(deal_picture.c.deal_id).where(_of(account_id), untrue, ~_ordered(deal_picture))
        return self._sql.execute(query.order_by(deal_picture.c.stock_at).limit(limit)).scalars().all()

    def forget(self, account_id: int, deal_id: int | None = None) -> None:
        self._sql.execute(delete(deal_picture).where(_of(account_id, deal_id)))

    def purge(self, *, before: datetime) -> int:
        gone = exists().where(
            account.c.id == deal_picture.c.account_id, account.c.state == str(AccountState.UNINSTALLED)
        )
        return self._sql.execute(
            delete(deal_picture).where(or_(deal_picture.c.stock_at < before, _closed(), gone))
        ).rowcount


def _of(account_id: int, deal_id: int | None = None) -> ColumnElement[bool]:
    key = {"account_id": account_id} if deal_id is None else {"account_id": account_id, "deal_id": deal_id}
    return same(deal_picture, **key)


def _watched() -> ColumnElement[bool]:
    """The same deal, as the CRM last told it."""
    return and_(
        deal_watch.c.account_id == deal_picture.c.account_id, deal_watch.c.deal_id == deal_picture.c.deal_id
    )  # fmt: skip


def _closed() -> ColumnElement[bool]:
    return exists().where(_watched(), deal_watch.c.closed)


def _ordered(table: FromClause) -> ColumnElement[bool]:
    """The deal has a living order."""
    return exists().where(
        order.c.account_id == table.c.account_id, order.c.deal_id == table.c.deal_id, order.c.status.in_(_LIVING)
    )


def _picture(row: RowMapping) -> KeptPicture | None:
    """None where its parts are of another shape than this version's."""
    try:
        parts: PictureParts = decode(PictureParts, row["parts"])
    except (KeyError, TypeError, ValueError):
        return None
    return KeptPicture(_check(row), row["goods"], parts, row["figures"])


def _check(row: RowMapping) -> KeptCheck:
    kept = {field.name: row[field.name] for field in fields(KeptCheck)}
    return KeptCheck(**(kept | {"outcome": Outcome(row["outcome"])}))
