"""Was the order of each deal kept? Judged by what lies in the books of the ERP and of the CRM, in the order it was
written there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from backend.proofs.audit import Books


def out_of_order(books: Books) -> Iterator[str]:
    """Deals whose notes or orders were written in another order than they were asked for."""
    for deal_id in sorted({row.deal_id for row in books.operations}):
        asked = [row.key for row in books.notes(deal_id)]
        written = list(books.crm.of(deal_id).notes)
        if written != asked:
            yield f"deal {deal_id}: notes were written as {written}, asked for as {asked}"
    made = _made(books)
    accepted: dict[int, list[str]] = defaultdict(list)
    for row in sorted(books.accepted, key=lambda row: row.created_at):
        accepted[row.deal_id] += [part.key for part in row.body.parts]
    for deal_id, keys in accepted.items():
        if made[deal_id] != [key for key in keys if key in made[deal_id]]:
            yield f"deal {deal_id}: the ERP made {made[deal_id]}, accepted were {keys}"


def _made(books: Books) -> dict[int, Sequence[str]]:
    """Keys of orders by deal, in the order in which the ERP made them."""
    deals = {part.key: row.deal_id for row in books.accepted for part in row.body.parts}
    made: dict[int, list[str]] = defaultdict(list)
    for one in books.booked:
        made[deals.get(one.key, 0)].append(one.key)
    return dict.fromkeys(deals.values(), ()) | made
