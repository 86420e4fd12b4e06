"""What Russian forms need to know of a party beyond the INN."""

from __future__ import annotations

from trytond.i18n import gettext
from trytond.model import fields
from trytond.model.exceptions import ValidationError
from trytond.pool import PoolMeta


class KppError(ValidationError):
    """The KPP is not nine characters of the form the tax service gives."""


class Party(metaclass=PoolMeta):
    __name__ = "party.party"

    ru_kpp = fields.Char("KPP", size=9, help="Reason code of registration, nine characters; empty for persons.")
    ru_okpo = fields.Char("OKPO", size=10)
    ru_bank_name = fields.Char("Bank")
    ru_bank_bic = fields.Char("BIC", size=9)
    ru_bank_account = fields.Char("Settlement Account", size=20)
    ru_bank_corr_account = fields.Char("Correspondent Account", size=20)

    @classmethod
    def validate_fields(cls, parties, field_names):
        """Refuse a KPP that is not 4 digits, 2 digits or capitals, 3 digits (order ММВ-7-6/435@)."""
        super().validate_fields(parties, field_names)
        if field_names and "ru_kpp" not in field_names:
            return
        for party in parties:
            if party.ru_kpp and not is_kpp(party.ru_kpp):
                raise KppError(gettext("ru_forms.msg_kpp", kpp=party.ru_kpp, party=party.rec_name))


def is_kpp(value: str) -> bool:
    """True for NNNNPPXXX: digits, except PP which may be capital Latin letters."""
    ascii_digits = value.isascii() and (value[:4] + value[6:]).isdigit()
    middle = value[4:6]
    return len(value) == 9 and ascii_digits and all(c.isdigit() or "A" <= c <= "Z" for c in middle)
