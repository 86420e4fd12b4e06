"""What a form says, free of any ERP: parties, lines, totals."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True)
class Party:
    """A company or a person with all that forms print of them. Missing texts are empty."""

    name: str
    inn: str = ""
    kpp: str = ""
    okpo: str = ""
    address: str = ""
    phone: str = ""
    bank: str = ""
    bic: str = ""
    account: str = ""
    corr_account: str = ""

    @property
    def inn_kpp(self) -> str:
        """``7701234560/770101001``; a person or entrepreneur has no KPP."""
        return "/".join(part for part in (self.inn, self.kpp) if part)

    def requisites(self) -> str:
        """One line of name, INN, KPP, address, phone."""
        parts = [self.name]
        parts += [f"ИНН {self.inn}"] if self.inn else []
        parts += [f"КПП {self.kpp}"] if self.kpp else []
        parts += [self.address] if self.address else []
        parts += [f"тел. {self.phone}"] if self.phone else []
        return ", ".join(parts)

    def bank_line(self) -> str:
        """One line of the bank account; empty when there is none."""
        if not self.account:
            return ""
        return f"р/с {self.account}, в банке {self.bank}, БИК {self.bic}, к/с {self.corr_account}"


@dataclass(frozen=True)
class Signers:
    """Who signs for the seller."""

    director_post: str = ""
    director: str = ""
    accountant: str = ""
    storekeeper_post: str = ""
    storekeeper: str = ""


@dataclass(frozen=True)
class Line:
    """One line. Sums in roubles; ``vat_rate`` is None for goods without VAT."""

    sku: str
    name: str
    quantity: Decimal
    unit: str
    okei: str
    price: Decimal
    net: Decimal
    vat_rate: Decimal | None
    vat: Decimal
    country_code: str = ""
    country: str = ""
    declaration: str = ""

    @property
    def gross(self) -> Decimal:
        """Sum with VAT."""
        return self.net + self.vat

    @property
    def vat_label(self) -> str:
        """``22%`` or ``без НДС``."""
        return "без НДС" if self.vat_rate is None else f"{(self.vat_rate * 100).normalize():f}%"


@dataclass(frozen=True)
class Document:
    """Everything a form needs."""

    number: str
    day: date
    seller: Party
    buyer: Party
    signers: Signers
    lines: tuple[Line, ...]
    consignor: Party
    consignee: Party
    basis: str = ""
    shipment_number: str = ""
    shipped_on: date | None = None
    paid_by: str = ""
    pay_until: date | None = None

    @property
    def net(self) -> Decimal:
        """Sum without VAT."""
        return sum((line.net for line in self.lines), Decimal(0))

    @property
    def vat(self) -> Decimal:
        """VAT of all lines."""
        return sum((line.vat for line in self.lines), Decimal(0))

    @property
    def gross(self) -> Decimal:
        """Sum with VAT."""
        return self.net + self.vat

    def vat_by_rate(self) -> list[tuple[str, Decimal]]:
        """VAT of each rate, highest first; goods without VAT are left out."""
        rates = sorted({line.vat_rate for line in self.lines if line.vat_rate is not None}, reverse=True)
        return [
            (f"{(rate * 100).normalize():f}%", sum((ln.vat for ln in self.lines if ln.vat_rate == rate), Decimal(0)))
            for rate in rates
        ]
