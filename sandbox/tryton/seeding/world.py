"""What one step of the seed leaves for the next: the day, and the records by the keys of the data files."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from proteus import Model


@dataclass
class World:
    """Records made so far, by key."""

    today: date
    company: Any = None
    country: Any = None
    countries: dict[str, Any] = field(default_factory=dict)
    accounts: dict[str, Any] = field(default_factory=dict)
    taxes: dict[str, Any] = field(default_factory=dict)
    terms: dict[str, Any] = field(default_factory=dict)
    units: dict[str, Any] = field(default_factory=dict)
    warehouses: dict[str, Any] = field(default_factory=dict)
    price_lists: dict[str, Any] = field(default_factory=dict)
    products: dict[str, Any] = field(default_factory=dict)
    parties: dict[str, Any] = field(default_factory=dict)

    def day(self, offset: int) -> date:
        """The day so many days from the day of seeding."""
        return self.today + timedelta(days=offset)


def new(model: str, **values: Any) -> Any:
    """A saved record of the model."""
    record = Model.get(model)(**values)
    record.save()
    return record


def only(model: str, domain: list[Any]) -> Any:
    """The one record that the domain finds."""
    (record,) = Model.get(model).find(domain)
    return record
