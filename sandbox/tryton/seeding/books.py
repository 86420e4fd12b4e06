"""Currency, company, chart of accounts, fiscal years, taxes, payment terms and methods."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from proteus import Model, Wizard, config

from sandbox.tryton.seeding.parties import make_party
from sandbox.tryton.seeding.world import World, new, only

FIRST_INVOICE = 82
_TAXES = {"vat22": ("НДС 22%", "0.22"), "vat10": ("НДС 10%", "0.10")}


def seed_company(world: World, data: dict[str, Any]) -> None:
    """The company in roubles, Moscow time, with the people who sign its forms."""
    rouble = new("currency.currency", name="Российский рубль", symbol="₽", code="RUB", numeric_code="643",
                 rounding=Decimal("0.01"))
    world.country = new("country.country", name="Россия", code="RU", code3="RUS", code_numeric="643")
    china = new("country.country", name="Китай", code="CN", code3="CHN", code_numeric="156")
    world.countries = {"RU": world.country, "CN": china}
    wizard = Wizard("company.company.config")
    wizard.execute("company")
    wizard.form.party = make_party(world, data)
    wizard.form.currency = rouble
    wizard.form.timezone = "Europe/Moscow"
    wizard.execute("add")
    current = config.get_config()
    current._context = Model.get("res.user").get_preferences(True, {})
    world.company = only("company.company", [])
    for key, value in data["signers"].items():
        setattr(world.company, f"ru_{key}", value)
    world.company.save()


def seed_chart(world: World) -> None:
    """The general chart that comes with Tryton, and the accounts that the seed uses."""
    template_id = Model.get("ir.model.data").get_id("account.account_template_root_en", {})
    wizard = Wizard("account.create_chart")
    wizard.execute("account")
    wizard.form.account_template = Model.get("account.account.template")(template_id)
    wizard.form.company = world.company
    wizard.execute("create_account")
    find = Model.get("account.account").find
    for kind in ("receivable", "payable", "revenue", "expense"):
        world.accounts[kind] = find([(f"type.{kind}", "=", True), ("closed", "!=", True)], limit=1)[0]
    for kind, code in (("cash", "1.1.1"), ("tax", "6.3.6")):
        world.accounts[kind] = only("account.account", [("code", "=", code)])
    wizard.form.account_receivable = world.accounts["receivable"]
    wizard.form.account_payable = world.accounts["payable"]
    wizard.form.category_account_expense = world.accounts["expense"]
    wizard.form.category_account_revenue = world.accounts["revenue"]
    wizard.execute("create_properties")


def seed_years(world: World) -> None:
    """Calendar years that hold the debts, the day of seeding and the orders of the coming months."""
    for year in range(world.day(-180).year, world.day(180).year + 1):
        move_sequence = _sequence(f"Проводки {year}", "Account Move", f"{year}-", 1)
        fiscal = Model.get("account.fiscalyear")(
            name=str(year), company=world.company, start_date=date(year, 1, 1), end_date=date(year, 12, 31)
        )
        fiscal.move_sequence = move_sequence
        numbers = fiscal.invoice_sequences[0]
        issued = _sequence(f"Счета-фактуры {year}", "Invoice", "", FIRST_INVOICE)
        received = _sequence(f"Счета-фактуры полученные {year}", "Invoice", "IN-", 1)
        numbers.out_invoice_sequence = numbers.out_credit_note_sequence = issued
        numbers.in_invoice_sequence = numbers.in_credit_note_sequence = received
        fiscal.save()
        fiscal.click("create_period")


def _sequence(name: str, kind: str, prefix: str, start: int) -> Any:
    """A strict sequence. The prefix stays ASCII: Tryton computes the payment reference from it in base 36."""
    sequence_type = only("ir.sequence.type", [("name", "=", kind)])
    return new("ir.sequence.strict", name=name, sequence_type=sequence_type, prefix=prefix, number_next=start)


def seed_taxes(world: World) -> None:
    """VAT of 22 % and 10 %. Goods without VAT simply carry no tax."""
    for key, (name, rate) in _TAXES.items():
        world.taxes[key] = new(
            "account.tax", name=name, description=name, legal_notice="", type="percentage", rate=Decimal(rate),
            invoice_account=world.accounts["tax"], credit_note_account=world.accounts["tax"],
        )
    configuration = Model.get("account.configuration")(1)
    configuration.tax_rounding = "line"
    configuration.save()


def seed_terms(world: World, rows: list[dict[str, Any]]) -> None:
    """Payment terms, and the bank account as the one way to pay."""
    for row in rows:
        term = Model.get("account.invoice.payment_term")(name=row["name"])
        line = term.lines.new()
        line.type = "remainder"
        line.relativedeltas.new(days=row["days"])
        term.save()
        world.terms[row["key"]] = term
    journal = Model.get("account.journal").find([("type", "=", "cash")], limit=1)[0]
    new("account.invoice.payment.method", name="Расчётный счёт", journal=journal,
        credit_account=world.accounts["cash"], debit_account=world.accounts["cash"])
