"""Units by OKEI, origin and customs declaration of goods."""

from __future__ import annotations

from trytond.model import fields
from trytond.pool import PoolMeta


class Uom(metaclass=PoolMeta):
    __name__ = "product.uom"

    ru_okei_code = fields.Char("OKEI Code", size=4, help="Code of the unit in OK 015-94.")


class Template(metaclass=PoolMeta):
    __name__ = "product.template"

    ru_origin = fields.Many2One("country.country", "Country of Origin")
    ru_customs_declaration = fields.Char("Customs Declaration")
