"""Who signs the company's forms."""

from __future__ import annotations

from trytond.model import fields
from trytond.pool import PoolMeta


class Company(metaclass=PoolMeta):
    __name__ = "company.company"

    ru_director_post = fields.Char("Head's Post")
    ru_director = fields.Char("Head", help="Surname and initials, as printed beside the signature.")
    ru_accountant = fields.Char("Chief Accountant")
    ru_storekeeper_post = fields.Char("Storekeeper's Post")
    ru_storekeeper = fields.Char("Storekeeper")
