"""What the manager saw when the order went into the queue, and how it differs from what there is now. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from backend.services.panel.texts import Json
from backend.services.words import money_text, word


def seen_in(figures: Json) -> Json:
    """The part of a panel's figures a person agrees to: lines, their sums and places, the total. No personal data."""
    totals = figures.get("totals")
    lines = figures["lines"]
    return {
        "lines": {str(one["line_id"]): _line(one) for one in lines} if isinstance(lines, list) else {},
        "currency": str(totals["currency"]) if isinstance(totals, Mapping) else "",
    }


def quantities(seen: Json) -> Mapping[str, str]:
    """Quantity by line, as the CRM keeps it."""
    return {line_id: str(line["quantity"]) for line_id, line in _lines(seen).items()}


def differences(before: Json, now: Json, language: str) -> Sequence[str]:
    """A sentence for each thing that is not as it was seen; one at least."""
    told = list(_told(_lines(before), _lines(now), str(now["currency"]), language))
    return told or [word(language, "queue.differs.customer")]


def _told(
    before: Mapping[str, Mapping[str, object]],
    now: Mapping[str, Mapping[str, object]],
    currency: str,
    language: str,
) -> Iterator[str]:
    for line_id, old in before.items():
        new = now.get(line_id)
        if new is None:
            yield word(language, "queue.differs.gone", name=old["name"])
        elif (old["quantity"], old["unit"]) != (new["quantity"], new["unit"]):
            yield word(
                language,
                "queue.differs.quantity",
                name=new["name"],
                before=quantity_text(language, old["quantity"], old["unit"]),
                now=quantity_text(language, new["quantity"], new["unit"]),
            )
        elif old["amount"] != new["amount"]:
            yield word(
                language,
                "queue.differs.price",
                name=new["name"],
                before=_amount(language, old["amount"], currency),
                now=_amount(language, new["amount"], currency),
            )
        elif (old["product_id"], old["parts"]) != (new["product_id"], new["parts"]):
            yield word(language, "queue.differs.place", name=new["name"])
    for line_id, new in now.items():
        if line_id not in before:
            yield word(language, "queue.differs.new", name=new["name"])


def quantity_text(language: str, quantity: object, unit: object) -> str:
    """10 шт, 2,5 м."""
    figure = str(quantity).replace(".", ",") if language == "ru" else str(quantity)
    return f"{figure} {unit}".rstrip()


def _amount(language: str, amount: object, currency: str) -> str:
    return money_text(language, Decimal(str(amount)), currency) if amount is not None else "—"


def _line(line: Mapping[str, object]) -> Json:
    unit, price, parts = line["unit"], line["price"], line["parts"]
    return {
        "name": line["name"],
        "product_id": line["product_id"],
        "quantity": line["quantity"],
        "unit": unit["name"] if isinstance(unit, Mapping) else "",
        "amount": price["amount"] if isinstance(price, Mapping) else None,
        "parts": [
            [one["warehouse"]["id"], one["quantity"], one["wanted_on"]] for one in parts if isinstance(one, Mapping)
        ]
        if isinstance(parts, list)
        else [],
    }


def _lines(seen: Json) -> Mapping[str, Mapping[str, object]]:
    lines = seen["lines"]
    return lines if isinstance(lines, Mapping) else {}
