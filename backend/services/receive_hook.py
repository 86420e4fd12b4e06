"""A webhook of the CRM: a hint that deals changed, believed only after re-reading them (decision 5)."""

from __future__ import annotations

from backend.domain.errors import Invalid
from backend.ports.store import Account, JournalEntry
from backend.services.deps import Services


def receive_hook(services: Services, account: Account, body: bytes) -> None:
    """Open cards of the deals it speaks of look again; nothing else is taken from it.

    Nonsense is journalled and forgotten.
    """
    try:
        deals = services.hinted_deals(account.id, body)
    except Invalid as error:
        with services.store.write() as unit:
            data = {"reason": str(error.data.get("reason", "")), "bytes": len(body)}
            unit.journal.add(JournalEntry(account.id, services.clock.now(), "hook.refused", data=data))
        return
    with services.store.write() as unit:
        for deal_id in sorted(set(deals)):
            if unit.deals.get(account.id, deal_id).revision:
                unit.deals.touch(account.id, deal_id)
