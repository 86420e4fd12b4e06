"""The last picture of a deal: what it was made of, what it showed, what was decided on it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from backend.domain.basket import Draft
from backend.domain.lines import BasketLine
from backend.domain.order import OrderCustomer
from backend.domain.policy import Outcome, Reason
from backend.ports.crm import Deal
from backend.ports.erp import Customer, CustomerTerms, PriceQuote, Warehouse


@dataclass(frozen=True, slots=True)
class CustomerPicture:
    """Who buys.

    `match`: found, new, ambiguous, unchecked. `erp` the one found and `terms` how they buy. `problems`: reasons
    nothing can be ordered.
    """

    wanted: OrderCustomer
    inn_state: str
    match: str
    erp: Customer | None
    problems: Sequence[Reason]
    terms: CustomerTerms | None = None

    def price_type(self, default: str | None) -> str | None:
        """The customer's own price type, else the account's."""
        return (self.terms.price_type_id if self.terms else None) or default


@dataclass(frozen=True, slots=True)
class PictureParts:
    """What a picture is made of beside stock, holds and the account's rules: with these it can be drawn again.

    Holds personal data: the customer's name, requisites, phone and e-mail.
    """

    deal: Deal
    draft: Draft
    warehouses: Sequence[Warehouse]
    lines: Sequence[BasketLine]
    quote: PriceQuote | None
    customer: CustomerPicture


@dataclass(frozen=True, slots=True)
class KeptCheck:
    """What was decided on a deal's last picture.

    `taken_at`: when all of it was read; `stock_at`: when its stock was last read. `basket`: the CRM's quantity as plain
    text by element id as text. `digest` of the figures shown. `outdated`: something it was made from is no longer so.
    `told`: the state of the check that the deal's field shows, None = never told.
    """

    account_id: int
    deal_id: int
    taken_at: datetime
    stock_at: datetime
    outcome: Outcome
    fingerprint: str
    basket: Mapping[str, str]
    digest: str
    outdated: bool = False
    told: str | None = None


@dataclass(frozen=True, slots=True)
class KeptPicture:
    """A kept check with all that belongs to it. `goods`: ids of the products on shelves it looks at (of kits their
    components), in order; `figures`: what panels show of it, JSON-ready."""

    check: KeptCheck
    goods: Sequence[str]
    parts: PictureParts
    figures: Mapping[str, object] = field(repr=False)


class PictureRepository(Protocol):
    """One picture a deal."""

    def check(self, account_id: int, deal_id: int) -> KeptCheck | None:
        """Only what was decided: cheap."""
        ...

    def figures(self, account_id: int, deal_id: int) -> tuple[datetime, Mapping[str, object]] | None:
        """What panels show, and when its stock was read."""
        ...

    def read(self, account_id: int, deal_ids: Sequence[int]) -> Sequence[KeptPicture]:
        """Those that there are, by deal; without those that another version wrote in a way this one cannot read."""
        ...

    def keep(self, picture: KeptPicture) -> bool:
        """Insert or replace; False where one with later stock is there already. What was told stays."""
        ...

    def redraw(self, picture: KeptPicture, *, was: KeptCheck) -> bool:
        """Drawn again from the same parts with later stock: all but the parts is replaced. False where `was` is no
        longer what is kept, or the deal has an order by now."""
        ...

    def renew(self, checks: Sequence[KeptCheck]) -> None:
        """Their stock was read again, at their new `stock_at`, and shows the same figures. Those that are kept no
        longer are passed over."""
        ...

    def outdate(self, account_id: int, deal_id: int | None = None) -> None:
        """What it was made from (of this deal, or of all of the account's) is no longer so."""
        ...

    def tell(self, account_id: int, deal_id: int, state: str) -> None:
        """The deal's field is about to show this state."""
        ...

    def tell_again(self, account_id: int) -> None:
        """The account's deals have new fields: nothing was told yet."""
        ...

    def to_refresh(self, account_id: int, *, stock_before: datetime) -> Mapping[int, Sequence[str]]:
        """The goods of every picture whose stock was read before that moment and that may be drawn again, by deal: of
        open deals without a living order."""
        ...

    def to_take(self, account_id: int, *, taken_between: tuple[datetime, datetime], limit: int) -> Sequence[int]:
        """Open deals without a living order whose picture is outdated or was taken at another time, or that have a
        basket and no picture. Any of them, so that one that can never be taken keeps nobody waiting for ever."""
        ...

    def to_tell(self, account_id: int, *, stock_before: datetime, limit: int) -> Sequence[int]:
        """Deals without a living order whose field was never told, or says something else than that the check is out of
        date though it is, or its stock was read before that moment."""
        ...

    def forget(self, account_id: int, deal_id: int | None = None) -> None:
        """Delete the deal's, or all of the account's."""
        ...

    def purge(self, *, before: datetime) -> int:
        """Delete those of deals that are closed, of uninstalled accounts, and those whose stock nobody read since."""
        ...
