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
from backend.ports.crm import CrmDenied, Deal
from backend.ports.erp import (
    ErpPort,
    PriceQuote,
    PriceRequest,
    PriceRequestLine,
    Warehouse,
)
from backend.ports.store import Account, CustomerPicture
from backend.services.customer import identified, looked_up
from backend.services.deps import Services
from backend.services.panel.kept import forget_seen, mark_seen, was_seen


class DealNotFound(NotFound):
    """The deal does not exist in the CRM, or was deleted. Data: deal_id."""

    code = "deal_not_found"


@dataclass(frozen=True, slots=True)
class Picture:
    """Everything a decision rests on, read at `taken_at` (t0). `quote` None where nothing could be priced."""

    account: Account
    rules: Rules
    deal: Deal
    draft: Draft
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


def read_deal(services: Services, account_id: int, deal_id: int, *, as_user: int) -> Deal:
    """The deal as this user may see it; who was let in, or no longer is, is remembered for cached panels.

    Raises DealNotFound, CrmDenied.
    """
    try:
        deal = services.crms.of(account_id).deal(deal_id, as_user=as_user)
    except CrmDenied:
        forget_seen(services.cache, account_id, deal_id, as_user)
        raise
    if deal is None:
        forget_seen(services.cache, account_id, deal_id, as_user)
        raise DealNotFound(deal_id=deal_id)
    mark_seen(services.cache, account_id, deal_id, as_user)
    return deal


def require_seen(services: Services, account_id: int, deal_id: int, *, as_user: int) -> None:
    """The CRM let this user see this deal lately; else it is asked now. Raises DealNotFound, CrmDenied."""
    if not was_seen(services.cache, account_id, deal_id, as_user):
        read_deal(services, account_id, deal_id, as_user=as_user)


def take_picture(services: Services, account_id: int, deal_id: int, *, as_user: int) -> Picture:
    """Read everything live.

    Raises DealNotFound, NoConnection and the errors of both ports.
    """
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
    stock_call = services.pool.submit(erp.read_stock, _goods(lines), [one.id for one in warehouses])
    customer = customer_search.result()
    known = _Known(account, rules, deal, draft, warehouses, customer)
    # Prices wait for the customer's terms, stock does not.
    quote = _quote(erp, lines, customer.erp.id if customer.erp else None, customer.price_type(rules.price_type_id))
    reading = stock_call.result()
    with services.store.read() as unit:
        held = unit.holds.counted(account_id, _goods(lines), known.warehouse_ids, taken_at=reading.taken_at)
    book = StockBook(reading, held, Horizon.of(rules, services.today(account)))
    return _picture(known, lines, book, reading.taken_at, quote)


def cut_down(services: Services, picture: Picture, granted: Mapping[str, Decimal]) -> Picture:
    """The same picture with a partial approval's quantities (base units by line id) instead of the deal's.

    From the same readings, so that nothing which came into the deal since slips through; only prices are asked anew.
    """
    known = _Known(
        picture.account, picture.rules, picture.deal, picture.draft, picture.warehouses, picture.customer
    )  # fmt: skip
    lines = _granted([one.line for one in picture.lines], granted)
    customer_id = picture.customer.erp.id if picture.customer.erp else None
    quote = _quote(services.erps.of(picture.account.id), lines, customer_id, picture.price_type_id)
    return _picture(known, lines, picture.book.untouched(), picture.taken_at, quote)


@dataclass(frozen=True, slots=True)
class _Known:
    account: Account
    rules: Rules
    deal: Deal
    draft: Draft
    warehouses: Sequence[Warehouse]
    customer: CustomerPicture

    @property
    def warehouse_ids(self) -> Sequence[str]:
        return [one.id for one in self.warehouses]


def _picture(
    known: _Known, lines: Sequence[BasketLine], book: StockBook, taken_at: datetime, quote: PriceQuote | None
) -> Picture:
    rules, customer = known.rules, known.customer
    pictures = assess(lines, book, default_warehouse(rules, known.warehouses))
    terms = customer.terms
    decision = decide(
        pictures,
        customer_problems=customer.problems,
        unpriced=quote.unpriced if quote else (),
        credit=Credit(terms.credit_limit, terms.debt, terms.overdue) if terms else None,
        total=quote.total if quote else None,
        rules=rules,
    )
    return Picture(
        account=known.account,
        rules=rules,
        deal=known.deal,
        draft=known.draft,
        taken_at=taken_at,
        today=book.horizon.today,
        warehouses=known.warehouses,
        lines=pictures,
        book=book,
        quote=quote,
        customer=customer,
        decision=decision,
        remedies=remedies(pictures, book, known.warehouse_ids),
        fingerprint=_fingerprint(pictures, quote, customer),
    )


def _goods(lines: Sequence[BasketLine]) -> list[str]:
    """Ids of what is on shelves: the lines' products, of kits their components."""
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
