"""The company's calendar day."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

# Moscow keeps this offset the whole year, so no time-zone database is needed.
MOSCOW = timezone(timedelta(hours=3), "MSK")


def company_today() -> date:
    """Today in Moscow, where the company is: what Tryton calls today when it plans and reserves."""
    return datetime.now(MOSCOW).date()
