"""Who the customer is: INN and KPP checked, the key that finds them in any system (R4, R10)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from backend.domain.customer import CustomerKey
from backend.domain.policy import Outcome, Reason

Normaliser = Callable[[str], str | None]
"""Text as a person typed it to its one normal form; None where it is not such a thing."""

_BETWEEN = re.compile(r"[\s\-‐‑–—]+")
_INN = re.compile(r"(?!00)([0-9]{10}|[0-9]{12})")
_KPP = re.compile(r"(?!00)[0-9]{4}[0-9A-Z]{2}[0-9]{3}")
_WEIGHTS = (3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8)
_ENTREPRENEUR_DIGITS = 12


class InnState(StrEnum):
    VALID = "valid"
    INVALID = "invalid"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Identification:
    """`key` holds only what is right; `problems` is empty exactly where the key identifies the customer."""

    key: CustomerKey
    inn_state: InnState
    problems: Sequence[Reason] = field(default_factory=tuple)


def normal_inn(text: str) -> str | None:
    """The INN's digits, or None where it is none.

    10 digits (legal entity, one check digit) or 12 (person, two); the region, its first two, is never 00.
    """
    digits = _BETWEEN.sub("", text)
    if not _INN.fullmatch(digits):
        return None
    checked = (9,) if len(digits) != _ENTREPRENEUR_DIGITS else (10, 11)
    return digits if all(int(digits[place]) == _check_digit(digits[:place]) for place in checked) else None


def normal_kpp(text: str) -> str | None:
    """The KPP, or None where it is none. It has no check digit.

    Form NNNNPPXXX: four digits of the tax office, two digits or letters A to Z of the reason, three digits.
    """
    kpp = _BETWEEN.sub("", text).upper()
    return kpp if _KPP.fullmatch(kpp) else None


def identify(
    *,
    name: str,
    inn: str,
    kpp: str,
    phone: str,
    email: str,
    legal: bool,
    normal_phone: Normaliser,
    normal_email: Normaliser,
) -> Identification:
    """Who this is, from what people typed; '' = nothing typed. `legal`: the deal names a company.

    A legal entity is known by INN of ten digits and KPP, an entrepreneur (and a person who gave an INN) by INN of
    twelve alone, anybody else by phone, else by e-mail. Phone and e-mail of those known by INN go into the key where
    they are right and are no problem where they are not. Every problem is told at once.
    """
    typed = _Typed(name.strip(), inn.strip(), kpp.strip(), phone.strip(), email.strip())
    right_phone = normal_phone(typed.phone) if typed.phone else None
    right_email = normal_email(typed.email) if typed.email else None
    if legal or typed.inn or typed.kpp:
        return _by_inn(typed, right_phone, right_email)
    key = CustomerKey(phone=right_phone or "", email=right_email or "")
    return Identification(key, InnState.MISSING, tuple(_person_problems(typed, key)))


@dataclass(frozen=True, slots=True)
class _Typed:
    name: str
    inn: str
    kpp: str
    phone: str
    email: str


def _by_inn(typed: _Typed, phone: str | None, email: str | None) -> Identification:
    inn, kpp = normal_inn(typed.inn), normal_kpp(typed.kpp)
    alone = len(_BETWEEN.sub("", typed.inn)) == _ENTREPRENEUR_DIGITS
    state = InnState.VALID if inn else InnState.INVALID if typed.inn else InnState.MISSING
    key = CustomerKey(inn or "", "" if alone else kpp or "", phone or "", email or "")
    return Identification(key, state, tuple(_legal_problems(typed, state, kpp, alone)))


def _legal_problems(typed: _Typed, state: InnState, kpp: str | None, alone: bool) -> Iterator[Reason]:
    if state is InnState.MISSING:
        yield _problem("inn_missing", name=typed.name)
    elif state is InnState.INVALID:
        digits = sum(letter in "0123456789" for letter in typed.inn)
        yield _problem("inn_invalid", name=typed.name, inn=typed.inn, digits=str(digits))
    if alone:
        return
    if typed.kpp and kpp is None:
        yield _problem("kpp_invalid", name=typed.name, kpp=typed.kpp)
    elif not typed.kpp and state is not InnState.MISSING:
        yield _problem("kpp_missing", name=typed.name)


def _person_problems(typed: _Typed, key: CustomerKey) -> Iterator[Reason]:
    """A phone that was typed must be right even where the e-mail would do: else the ERP's record of it is missed."""
    if typed.phone and not key.phone:
        yield _problem("phone_invalid", name=typed.name, phone=typed.phone)
    if typed.email and not key.email and not key.phone:
        yield _problem("email_invalid", name=typed.name, email=typed.email)
    if not typed.phone and not typed.email:
        yield _problem("customer_unidentified", name=typed.name) if typed.name else _problem("customer_missing")


def _check_digit(digits: str) -> int:
    """The weighted sum of the digits before it, modulo 11, then 10; weights are aligned to the right."""
    weights = _WEIGHTS[len(_WEIGHTS) - len(digits) :]
    return sum(weight * int(digit) for weight, digit in zip(weights, digits, strict=True)) % 11 % 10


def _problem(code: str, **params: str) -> Reason:
    return Reason(code, Outcome.BLOCK, params=params)
