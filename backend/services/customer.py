"""The deal's customer: identified by requisites, looked up in the ERP, never guessed (R4)."""

from __future__ import annotations

import phonenumbers
from email_validator import EmailNotValidError, validate_email

from backend.domain.identity import identify
from backend.domain.order import OrderCustomer
from backend.domain.policy import Outcome, Reason
from backend.ports.crm import Deal, LegalEntity
from backend.ports.erp import ErpPort
from backend.ports.store import CustomerPicture


def identified(deal: Deal) -> CustomerPicture:
    """From the deal's company, else its contact; not looked up yet."""
    company, contact = deal.company, deal.contact
    legal = (company.legal if company else None) or (contact.legal if contact else None) or LegalEntity()
    name = legal.name or (company.name if company else "") or (contact.name if contact else "")
    phones = [*(company.phones if company else ()), *(contact.phones if contact else ())]
    emails = [*(company.emails if company else ()), *(contact.emails if contact else ())]
    found = identify(
        name=name,
        inn=legal.inn,
        kpp=legal.kpp,
        phone=phones[0] if phones else "",
        email=emails[0] if emails else "",
        legal=company is not None,
        normal_phone=normal_phone,
        normal_email=normal_email,
    )
    address = legal.address or (company.address if company else "")
    wanted = OrderCustomer(None, name, found.key, address)
    return CustomerPicture(wanted, found.inn_state, "unchecked", None, found.problems)


def looked_up(picture: CustomerPicture, erp: ErpPort) -> CustomerPicture:
    """The same with what the ERP knows.

    Two calls at most; none where the requisites are wrong.
    """
    if picture.problems:
        return picture
    matches = erp.find_customers(picture.wanted.key)
    if len(matches) > 1:
        names = ", ".join(one.name for one in matches[:3])
        reason = Reason("customer_ambiguous", Outcome.BLOCK, params={"names": names, "count": str(len(matches))})
        return CustomerPicture(picture.wanted, picture.inn_state, "ambiguous", None, (reason,))
    if not matches:
        return CustomerPicture(picture.wanted, picture.inn_state, "new", None, ())
    one = matches[0]
    wanted = OrderCustomer(one.id, picture.wanted.name, picture.wanted.key, picture.wanted.address)
    return CustomerPicture(wanted, picture.inn_state, "found", one, (), erp.customer_terms(one.id))


def normal_phone(text: str) -> str | None:
    """E.164, Russian numbers without a country code understood; None where it is no phone number."""
    try:
        number = phonenumbers.parse(text, "RU")
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def normal_email(text: str) -> str | None:
    """Lower-case address, syntax checked only; None where it is none."""
    try:
        return validate_email(text, check_deliverability=False).normalized.lower()
    except EmailNotValidError:
        return None
