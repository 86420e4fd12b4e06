"""What an ERP can do. Declared by its adapter, so that the panel can say what is impossible instead of failing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum


class DocumentKind(StrEnum):
    """Print forms: счёт на оплату, УПД, ТОРГ-12."""

    INVOICE = "invoice"
    UPD = "upd"
    TORG12 = "torg12"


@dataclass(frozen=True, slots=True)
class Capabilities:
    """`system`: its name for people. `documents`: kinds it prints as PDF. `reserve_lag`: how long after a confirmed
    reserve a stock reading may still miss it (zero for a transactional system). `many_warehouses_per_order`: else an
    order is split, one ERP order a warehouse. `creates_customers`, `has_credit`, `has_cost`: what it knows or allows.
    `dated_lines`: a line may carry the day it is to be shipped on. `over_reserves`: confirming may promise goods that
    are not there and says nothing (no ErpShortage can be relied on); the caller reads back and takes its order back."""

    system: str
    documents: frozenset[DocumentKind]
    reserve_lag: timedelta = timedelta(0)
    many_warehouses_per_order: bool = False
    creates_customers: bool = True
    has_credit: bool = True
    has_cost: bool = True
    dated_lines: bool = True
    over_reserves: bool = False


@dataclass(frozen=True, slots=True)
class MissingRight:
    """One right the ERP user lacks. `code` keys the words (`rights.<code>`), `detail` names it as the ERP does."""

    code: str
    detail: str


@dataclass(frozen=True, slots=True)
class ConnectionReport:
    """What a connection test found. Usable when `missing` is empty. `version` and `company` as the ERP tells them."""

    system: str
    version: str
    company: str
    currency: str
    missing: tuple[MissingRight, ...] = ()
