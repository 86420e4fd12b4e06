"""Companies and contacts as the port wants them."""

from __future__ import annotations

from dataclasses import dataclass

from backend.amocrm.answers import Json
from backend.amocrm.values import as_text, by_code, by_id, by_type, enum_of, first_text, texts, whole
from backend.ports.crm import Company, Contact, LegalEntity

FAX = "FAX"


@dataclass(frozen=True, slots=True)
class RequisiteFields:
    """Plain text fields in which an account keeps requisites besides, or instead of, the legal entity field.

    Ids of fields of companies and contacts, the first filled one counts.
    """

    inn: tuple[int, ...] = ()
    kpp: tuple[int, ...] = ()


def company_of(entity: Json, fields: RequisiteFields) -> Company:
    """A company; its address joined where it is kept in parts."""
    return Company(
        id=whole(entity, "id"),
        name=as_text(entity.get("name")),
        legal=legal_of(entity, fields),
        phones=_phones(entity),
        emails=texts(by_code(entity, "EMAIL")),
        address=", ".join(texts(by_code(entity, "ADDRESS"))),
    )


def contact_of(entity: Json, fields: RequisiteFields) -> Contact:
    """A contact."""
    return Contact(
        id=whole(entity, "id"),
        name=as_text(entity.get("name")),
        legal=legal_of(entity, fields),
        phones=_phones(entity),
        emails=texts(by_code(entity, "EMAIL")),
    )


def legal_of(entity: Json, fields: RequisiteFields) -> LegalEntity | None:
    """Requisites from the first legal entity field that has an INN (else the first one), completed by plain fields."""
    found = [row["value"] for row in by_type(entity, "legal_entity") if isinstance(row.get("value"), dict)]
    value = next((v for v in found if as_text(v.get("vat_id"))), found[0] if found else {})
    inn = as_text(value.get("vat_id")) or _first(entity, fields.inn)
    kpp = as_text(value.get("kpp")) or _first(entity, fields.kpp)
    if not value and not inn and not kpp:
        return None
    address = as_text(value.get("address")) or as_text(value.get("real_address"))
    return LegalEntity(as_text(value.get("name")), inn, kpp, address)


def _first(entity: Json, field_ids: tuple[int, ...]) -> str:
    return next((t for i in field_ids if (t := first_text(by_id(entity, i)))), "")


def _phones(entity: Json) -> list[str]:
    return texts(row for row in by_code(entity, "PHONE") if enum_of(row) != FAX)
