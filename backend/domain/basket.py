"""A deal's basket as the person means it: lines with units, split into parts by warehouse and wanted date (R1b)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class DraftPart:
    """A part of a line. `quantity` in base units, None = what the other parts leave (at most one part such).

    `warehouse_id` None = the account's default; `wanted_on` None = as soon as possible.
    """

    warehouse_id: str | None = None
    quantity: Decimal | None = None
    wanted_on: date | None = None


@dataclass(frozen=True, slots=True)
class DraftLine:
    """What the CRM has no place for. `unit_id` None = the product's sale unit.

    `for_quantity`: the CRM quantity the split was made for; when the CRM's differs, a split is void and the line is one
    part again.
    """

    unit_id: str | None = None
    parts: tuple[DraftPart, ...] = (DraftPart(),)
    for_quantity: Decimal | None = None

    def as_one_part(self) -> DraftPart:
        """All of it together: in the first part's warehouse, on the parts' date where they agree on one."""
        dates = {one.wanted_on for one in self.parts}
        return DraftPart(
            self.parts[0].warehouse_id if self.parts else None, None, dates.pop() if len(dates) == 1 else None
        )


@dataclass(frozen=True, slots=True)
class Undo:
    """How to take back the last change made in the panel.

    `quantities`: CRM quantity by line before it (None = not there).
    """

    kind: str
    lines: Mapping[str, DraftLine]
    quantities: Mapping[str, Decimal | None]
    params: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Draft:
    """A deal's draft: by line id (the CRM's element id as text). Lines that are not here have defaults."""

    lines: Mapping[str, DraftLine] = field(default_factory=dict)
    undo: Undo | None = None

    def line(self, line_id: str) -> DraftLine:
        return self.lines.get(line_id, DraftLine())
