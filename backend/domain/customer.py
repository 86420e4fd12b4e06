"""Who buys: identity by INN and KPP (legal entities, entrepreneurs) or phone/e-mail (individuals)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CustomerKey:
    """What identifies a customer across systems; normalised: digits only for INN/KPP, E.164 phone, lower-case e-mail.

    Empty string = not known. A legal entity is found by INN+KPP, an entrepreneur by INN, an individual by phone, else
    e-mail.
    """

    inn: str = ""
    kpp: str = ""
    phone: str = ""
    email: str = ""
