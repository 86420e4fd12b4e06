"""Fields of the wire: quantities and money are strings, texts are clean and bounded."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields, validate

QUANTITY = r"[0-9]{1,12}(\.[0-9]{1,6})?"
MONEY = r"[0-9]{1,15}(\.[0-9]{1,2})?"
CONTROL = r"\x00-\x08\x0b\x0c\x0e-\x1f\x7f"
LONGEST_ID = 80


class Strict(Schema):
    """A request: unknown fields are refused."""

    class Meta:
        unknown = RAISE


class Empty(Strict):
    """A request that says nothing but itself: `{}`."""


class Exact(fields.String):
    """A decimal written as a string, never a JSON number: a float has lost its digits before we see it."""

    def __init__(self, pattern: str = QUANTITY, **kwargs: Any) -> None:
        super().__init__(metadata={"pattern": f"^{pattern}$"}, **kwargs)
        self.pattern = re.compile(pattern, re.ASCII)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> Any:
        if not isinstance(value, str) or not self.pattern.fullmatch(value):
            raise ValidationError("Not a decimal written as a string.")
        return Decimal(value)


class Text(fields.String):
    """A text of people: no control characters but tabs and line breaks."""

    refused = CONTROL

    def __init__(
        self, *, longest: int, shortest: int = 0, metadata: Mapping[str, Any] | None = None, **kwargs: Any
    ) -> None:
        shown = {"pattern": f"^[^{self.refused}]*$", **(metadata or {})}
        super().__init__(validate=validate.Length(min=shortest, max=longest), metadata=shown, **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> str:
        text = str(super()._deserialize(value, attr, data, **kwargs))
        if re.search(f"[{self.refused}]", text):
            raise ValidationError("Not a readable text.")
        return text


class Id(Text):
    """An opaque id of the ERP or of ours."""

    refused = r"\x00-\x1f\x7f"

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(shortest=1, longest=LONGEST_ID, **kwargs)


class YesNo(fields.Boolean):
    """true or false, not a word or a number that may be meant so."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> bool:
        if not isinstance(value, bool):
            raise ValidationError("Not true or false.")
        return value


class CrmId(fields.Integer):
    """A number of the CRM."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(strict=True, validate=validate.Range(min=1, max=2**53 - 1), **kwargs)


def told(description: str) -> dict[str, str]:
    """`metadata` of a field with its words for the reader of the documentation."""
    return {"description": description}
