"""What happens in the CRM while nobody reads the inbox: deals are moved and changed; each change sends a webhook."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from random import Random
from urllib.parse import urlencode

from backend.domain.rules import ProtectedStage
from backend.ports.crm import CrmElement, DealLine
from backend.proofs.crm import ProofCrm
from backend.proofs.office import PIPELINE, SKU, STAGE, STAGES, domain_of

GUARDED = (ProtectedStage(PIPELINE, 12), ProtectedStage(PIPELINE, 13))
REPEATED, LOST = 0.3, 0.2


@dataclass(frozen=True, slots=True)
class Change:
    """A deal was moved to a stage, or its quantity changed; `body` is what the CRM sends of it."""

    deal_id: int
    stage_id: int
    quantity: int
    body: bytes


def make_changes(random: Random, account_id: int, deals: Sequence[int], count: int) -> Sequence[Change]:
    """In the order they happened."""
    stages, changes = dict.fromkeys(deals, STAGE), []
    for number in range(count):
        deal_id = random.choice(deals)
        before, moved = stages[deal_id], random.random() < 0.5
        stages[deal_id] = random.choice([one for one in STAGES if one != before]) if moved else before
        action = "status" if moved else "update"
        told = {
            f"leads[{action}][0][id]": deal_id,
            f"leads[{action}][0][status_id]": stages[deal_id],
            f"leads[{action}][0][pipeline_id]": PIPELINE,
            **({f"leads[{action}][0][old_status_id]": before} if moved else {}),
            f"leads[{action}][0][last_modified]": 1_800_000_000 + number,
            "account[id]": account_id,
            "account[subdomain]": domain_of(account_id).partition(".")[0],
        }
        changes.append(Change(deal_id, stages[deal_id], random.randint(1, 9), urlencode(told).encode()))
    return changes


def happen(crm: ProofCrm, changes: Sequence[Change]) -> None:
    """All of it, in the CRM."""
    for one in changes:
        line = DealLine(CrmElement(1, "Розетка двойная", SKU, ""), Decimal(one.quantity))
        crm.change(one.deal_id, stage_id=one.stage_id, closed=one.stage_id == 142, lines=[line])


def repeated_and_shuffled(random: Random, bodies: Sequence[bytes]) -> Sequence[bytes]:
    """Every webhook at least once, many twice or more, in no order."""
    many = [*bodies, *random.choices(bodies, k=int(len(bodies) * REPEATED))]
    random.shuffle(many)
    return many


def partly_lost(random: Random, bodies: Sequence[bytes]) -> Sequence[bytes]:
    """Some never come."""
    return [body for body in bodies if random.random() >= LOST]
