"""What we write into a CRM."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from backend.ports.crm.setup import DealField


@dataclass(frozen=True, slots=True)
class DealUpdate:
    """Only what is given is changed. `fields`: text by our field, None clears it."""

    budget: Decimal | None = None
    fields: Mapping[DealField, str | None] = field(default_factory=dict)
    stage_id: int | None = None
    pipeline_id: int | None = None


@dataclass(frozen=True, slots=True)
class TaskDraft:
    """A task for one user on a deal, due at `due` (aware, UTC)."""

    deal_id: int
    user_id: int
    text: str
    due: datetime


@dataclass(frozen=True, slots=True)
class CrmFile:
    """A file kept in the CRM's drive and attached to a deal."""

    uuid: str
    version_uuid: str
    name: str
