"""Deals in brief: as many as one call gives, with what the guard and the watch need of each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from backend.ports.crm.setup import DealField

Basket = Mapping[str, str]
"""What a deal asks for: quantity as plain text by the element's id as text. Two of them compare as they are."""


@dataclass(frozen=True, slots=True)
class DealGlance:
    """A deal as a list of the CRM tells it. `closed`: won or lost."""

    id: int
    pipeline_id: int
    stage_id: int
    closed: bool
    responsible_id: int
    updated_at: datetime
    basket: Basket


@dataclass(frozen=True, slots=True)
class DealMove:
    """A deal to be put into a stage; `fields` of ours written with it (None clears one)."""

    deal_id: int
    pipeline_id: int
    stage_id: int
    fields: Mapping[DealField, str | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DealHint:
    """What a webhook says of a deal: look at it. `moved`: it came into its stage; `left`: (pipeline, stage) it is said
    to have come from. Unsigned, so never a reason by itself."""

    deal_id: int
    moved: bool = False
    left: tuple[int, int] | None = None


class HookState(StrEnum):
    """Our webhook in the CRM: told of everything; switched off, or not told of everything; not there."""

    ON = "on"
    OFF = "off"
    MISSING = "missing"
