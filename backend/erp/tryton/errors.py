"""Tryton's refusals as the port's errors."""

from __future__ import annotations

from typing import ClassVar

from backend.ports.erp import ErpBusy, ErpRefused

STOCK_WARNING = "stock_quantity_warning_"
CREDIT_WARNING = "credit_limit_amount"
LONGEST_MESSAGE = 500


class UserRefusal(ErpRefused):
    """Tryton's UserError: a business rule, a validation or an access rule; the transaction was rolled back."""

    code: ClassVar[str] = "erp_refused"


class UserQuestion(ErpRefused):
    """Tryton's UserWarning: may be answered by skipping `name`. Unanswered it is a refusal."""

    code: ClassVar[str] = "erp_refused"

    def __init__(self, name: str, message: str) -> None:
        super().__init__(name, message=message)
        self.name = name

    @property
    def about_stock(self) -> bool:
        return self.name.startswith(STOCK_WARNING)

    @property
    def about_credit(self) -> bool:
        """Its name is made of a hash of the records and what it is about."""
        return CREDIT_WARNING in self.name.split(".")


class ServerFault(ErpRefused):
    """Any other exception inside Tryton, rolled back: a field or method it does not have, a bug. Not for people's
    eyes."""

    code: ClassVar[str] = "erp_refused"


def error_from(payload: object) -> Exception:
    """The error an `error` member of a JSON-RPC answer stands for."""
    kind, argument = _split(payload)
    parts = argument if isinstance(argument, list) else [argument]
    texts = [str(part or "") for part in parts]
    match kind:
        case "UserError":
            return UserRefusal(kind, message=_sentence(texts))
        case "UserWarning":
            return UserQuestion(texts[0] if texts else "", _sentence(texts[1:]))
        case "ConcurrencyException":
            return ErpBusy("records were modified meanwhile")
        case _:
            return ServerFault(kind[:LONGEST_MESSAGE], message="")


def _split(payload: object) -> tuple[str, object]:
    if isinstance(payload, list) and payload:
        return str(payload[0]), payload[1] if len(payload) > 1 else ""
    return str(payload), ""


def _sentence(texts: list[str]) -> str:
    """Message and description as one text a person reads; the third part is a domain and is left out."""
    return " ".join(text for text in texts[:2] if text)[:LONGEST_MESSAGE]
