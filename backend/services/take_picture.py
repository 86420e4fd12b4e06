"""The live picture of a deal: one batch to the CRM, one to the ERP, independent calls side by side (R1, R9)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal

from backend.domain.availability import Horizon
from backend.domain.basket import Draft
from backend.domain.errors import NotFound
from backend.domain.fingerprint import basket_fingerprint
from backend.domain.money import Money, round_half_up
from backend.domain.picture import BasketLine, LinePicture, StockBook, assess, components_of
from backend.domain.policy import Credit, Decision, decide
from backend.domain.quantity import ZERO, from_base, plain
from backend.domain.remedies import Remedy, remedies
from backend.domain.rules import Rules
from backend.domain.stock import StockReading
from backend.ports.crm import CrmDenied, Deal
from backend.ports.erp import (
    ErpPort,
    PriceQuote,
    PriceRequest,
    PriceRequestLine,
    Warehouse,
)
from backend.ports.store import Account, CustomerPicture, PictureParts, UnitOfWork
from backend.services.customer import identified, looked_up
from backend.services.deps import Services
from backend.services.panel.kept import forget_seen, mark_seen, was_seen


class DealNotFound(NotFound):
    """The deal does not exist in the CRM, or was deleted. Data: deal_id."""

    code = "deal_not_found"


@dataclass(frozen=True, slots=True)
class Picture:
    """Everything a decision rests on. `taken_at` (t0) is the moment of its stock; all of it was read since `began_at`.
    `quote` None where nothing could be priced."""

    account: Account
    rules: Rules
    deal: Deal
    draft: Draft
    began_at: datetime
    taken_at: datetime
    today: date
    warehouses: Sequence[Warehouse]
    lines: Sequence[LinePicture]
    book: StockBook
    quote: PriceQuote | None
    customer: CustomerPicture
    decision: Decision
    remedies: Sequence[Remedy]
    fingerprint: str

    @property
    def parts(self) -> PictureParts:
        """What it was drawn from beside stock, holds and rules."""
        lines = [one.line for one in self.lines]
        return PictureParts(self.deal, self.draft, self.warehouses, lines, self.quote, self.customer)

    @property
    def goods(self) -> Sequence[str]:
        """Ids of the products on shelves it looks at."""
        return goods_of([one.line for one in self.lines])

    @property
    def credit(self) -> Credit | None:
        terms = self.customer.terms
        return Credit(terms.credit_limit, terms.debt, terms.overdue) if terms else None

    @property
    def price_type_id(self) -> str | None:
        """Which prices the order is made at."""
        return self.customer.price_type(self.rules.price_type_id)

    @property
    def margin_percent(self) -> Decimal | None:
        """(net − cost) ÷ net, in percent to one decimal; None where a line's cost is not known."""
        if self.quote is None or self.quote.net.amount == 0:
            return None
        costs = [line.cost for line in self.quote.lines]
        if not costs or None in costs:
            return None
        cost = sum((one.amount for one in costs if one is not None), Decimal(0))
        return round_half_up((self.quote.net.amount - cost) * 100 / self.quote.net.amount, 1)


def read_deal(services: Services, account_id: int, deal_id: int, *, as_user: int | None) -> Deal:
    """The deal as this user may see it; who was let in, or no longer is, is remembered for cached panels. None: as the
    integration itself, which lets nobody in.

    Raises DealNotFound, CrmDenied.
    """
    if as_user is None:
        return _existing(services.crms.of(account_id).deal(deal_id), deal_id)
    try:
        deal = _existing(services.crms.of(account_id).deal(deal_id, as_user=as_user), deal_id)
    except (CrmDenied, DealNotFound):
        forget_seen(services.cache, account_id, deal_id, as_user)
        raise
    mark_seen(services.cache, account_id, deal_id, as_user)
    return deal


def _existing(deal: Deal | None, deal_id: int) -> Deal:
    if deal is None:
        raise DealNotFound(deal_id=deal_id)
    return deal


def require_seen(services: Services, account_id: int, deal_id: int, *, as_user: int) -> None:
    """The CRM let this user see this deal lately; else it is asked now. Raises DealNotFound, CrmDenied."""
    if not was_seen(services.cache, account_id, deal_id, as_user):
        read_deal(services, account_id, deal_id, as_user=as_user)


def take_picture(services: Services, account_id: int, deal_id: int, *, as_user: int | None) -> Picture:
    """Read everything live; `as_user` as in `read_deal`.

    Raises DealNotFound, NoConnection and the errors of both ports.
    """
    began_at = services.clock.now()
    erp = services.erps.of(account_id)
    known_warehouses = services.pool.submit(erp.warehouses)
    deal = read_deal(services, account_id, deal_id, as_user=as_user)
    with services.store.read() as unit:
        account = unit.accounts.get(account_id)
        rules = unit.accounts.rules(account_id)
        draft = unit.deals.get(account_id, deal_id).draft
    if account is None:
        raise NotFound(what="account")
    customer_search = services.pool.submit(looked_up, identified(deal), erp)
    lines = basket_lines(deal, draft, erp)
    warehouses = allowed_warehouses(known_warehouses.result(), rules)
    stock_call = services.pool.submit(erp.read_stock, goods_of(lines), [one.id for one in warehouses])
    customer = customer_search.result()
    # Prices wait for the customer's terms, stock does not.
    quote = _quote(erp, lines, customer.erp.id if customer.erp else None, customer.price_type(rules.price_type_id))
    reading = stock_call.result()
    parts = PictureParts(deal, draft, warehouses, lines, quote, customer)
    with services.store.read() as unit:
        book = book_of(unit, account, rules, parts, reading, services.today(account))
    return draw(account, rules, parts, book, began_at=began_at, taken_at=reading.taken_at)


def book_of(
    unit: UnitOfWork, account: Account, rules: Rules, parts: PictureParts, reading: StockReading, today: date
) -> StockBook:
    """The reading with the holds that count against it."""
    warehouse_ids = [one.id for one in parts.warehouses]
    held = unit.holds.counted(account.id, goods_of(parts.lines), warehouse_ids, taken_at=reading.taken_at)
    return StockBook(reading, held, Horizon.of(rules, today))


def cut_down(services: Services, picture: Picture, granted: Mapping[str, Decimal]) -> Picture:
    """The same picture with a partial approval's quantities (base units by line id) instead of the deal's.

    From the same readings, so that nothing which came into the deal since slips through; only prices are asked anew.
    """
    lines = _granted([one.line for one in picture.lines], granted)
    customer_id = picture.customer.erp.id if picture.customer.erp else None
    quote = _quote(services.erps.of(picture.account.id), lines, customer_id, picture.price_type_id)
    parts = replace(picture.parts, lines=lines, quote=quote)
    book = picture.book.untouched()
    return draw(
        picture.account, picture.rules, parts, book, began_at=picture.began_at, taken_at=picture.taken_at
    )  # fmt: skip


def draw(
    account: Account, rules: Rules, parts: PictureParts, book: StockBook, *, began_at: datetime, taken_at: datetime
) -> Picture:
    """The picture these make. Asks nobody; takes the basket from `book`."""
    customer, quote, terms = parts.customer, parts.quote, parts.customer.terms
    pictures = assess(parts.lines, book, default_warehouse(rules, parts.warehouses))
    decision = decide(
        pictures,
        customer_problems=customer.problems,
        unpriced=quote.unpriced if quote else (),
        credit=Credit(terms.credit_limit, terms.debt, terms.overdue) if terms else None,
        total=quote.total if quote else None,
        rules=rules,
    )
    return Picture(
        account=account,
        rules=rules,
        deal=parts.deal,
        draft=parts.draft,
        began_at=began_at,
        taken_at=taken_at,
        today=book.horizon.today,
        warehouses=parts.warehouses,
        lines=pictures,
        book=book,
        quote=quote,
        customer=customer,
        decision=decision,
        remedies=remedies(pictures, book, [one.id for one in parts.warehouses]),
        fingerprint=_fingerprint(pictures, quote, customer),
    )


def goods_of(lines: Sequence[BasketLine]) -> list[str]:
    """Ids of what is on shelves: the lines' products, of kits their components; in order."""
    return sorted({one.product_id for line in lines if line.product for one in components_of(line.product)})


def basket_lines(deal: Deal, draft: Draft, erp: ErpPort) -> Sequence[BasketLine]:
    """Deal lines with their ERP products: by external id, then by SKU."""
    elements = [line.element for line in deal.lines]
    ids = sorted({one.external_id for one in elements if one.external_id})
    skus = sorted({one.sku for one in elements if one.sku})
    found = erp.products(ids=ids, skus=skus) if elements else []
    by_id = {one.id: one for one in found}
    by_sku = {one.sku: one for one in found if one.active or one.sku not in {two.sku for two in found if two.active}}
    lines = []
    for line in deal.lines:
        product = by_id.get(line.element.external_id) or by_sku.get(line.element.sku)
        line_id = str(line.element.id)
        name, sku = (product.name, product.sku) if product else (line.element.name, line.element.sku)
        lines.append(BasketLine(line_id, name, sku, line.quantity, draft.line(line_id), product))
    return lines


def _granted(lines: Sequence[BasketLine], granted: Mapping[str, Decimal]) -> Sequence[BasketLine]:
    """What a supervisor let through: lines with nothing granted go, a line cut down is one part again."""
    return [
        replace(line, quantity=from_base(granted[line.line_id], line.unit))
        for line in lines
        if line.unit is not None and granted.get(line.line_id, ZERO) > ZERO
    ]


def _quote(
    erp: ErpPort, lines: Sequence[BasketLine], customer_id: str | None, price_type_id: str | None
) -> PriceQuote | None:
    wanted = [
        PriceRequestLine(line.line_id, line.product.id, line.unit.id, line.quantity)
        for line in lines
        if line.product is not None and line.unit is not None and line.quantity > 0
    ]
    return erp.quote_prices(PriceRequest(customer_id, price_type_id, wanted)) if wanted else None


def allowed_warehouses(warehouses: Sequence[Warehouse], rules: Rules) -> Sequence[Warehouse]:
    """The warehouses this account sells from."""
    return [one for one in warehouses if not rules.warehouse_ids or one.id in rules.warehouse_ids]


def default_warehouse(rules: Rules, warehouses: Sequence[Warehouse]) -> str:
    """The warehouse a line is taken from unless it says otherwise; '' where there is none."""
    ids = [one.id for one in warehouses]
    return rules.default_warehouse_id if rules.default_warehouse_id in ids else (ids[0] if ids else "")


def _fingerprint(lines: Sequence[LinePicture], quote: PriceQuote | None, customer: CustomerPicture) -> str:
    amounts = {line.key: plain(line.amount.amount) for line in quote.lines} if quote else {}
    key = customer.wanted.key
    who = (customer.wanted.erp_id or "", key.inn, key.kpp, key.phone, key.email)
    total = quote.total if quote else Money(Decimal(0))
    return basket_fingerprint(lines, amounts=amounts, customer=who, total=f"{plain(total.amount)} {total.currency}")
