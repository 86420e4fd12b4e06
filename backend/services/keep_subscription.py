"""amoCRM switches off a webhook that failed too often, and people delete what they do not know: it is put back."""

from __future__ import annotations

from backend.ports.crm import HookState
from backend.ports.store import Account, AlertKind, JournalEntry, Operation
from backend.services.deps import Services
from backend.services.reread_deals import each_account

ALERT = "webhook_disabled"


def check_subscriptions(services: Services) -> None:
    """Every active account that was set up."""
    each_account(services, check_subscription, "webhook.check_failed")


def check_subscription(services: Services, account: Account) -> None:
    """Queue the restoring of a webhook that is off or gone, and raise an alert; close it once the webhook is on."""
    with services.store.read() as unit:
        setup = unit.accounts.crm_setup(account.id)
    if setup is None:
        return
    state = services.crms.of(account.id).hook_state(setup)
    now = services.clock.now()
    with services.store.write() as unit:
        if state is HookState.ON:
            unit.alerts.close(account.id, ALERT, now=now)
            return
        data = {"state": str(state)}
        unit.alerts.raise_alert(account.id, kind=AlertKind.WEBHOOK_DISABLED, key=ALERT, data=data, now=now)
        unit.journal.add(JournalEntry(account.id, now, "webhook.lost", data=data))
        unit.operations.add(
            account.id, kind="crm.restore_hook", key=f"restore_hook:{now.isoformat()}", payload={}, deal_id=None,
            due_at=now,
        )  # fmt: skip


def restore_hook(services: Services, operation: Operation) -> None:
    """Operation: subscribe again. Safe to repeat. What was missed meanwhile comes with the next re-reading."""
    account_id = operation.account_id
    with services.store.read() as unit:
        setup = unit.accounts.crm_setup(account_id)
    if setup is None:
        return
    services.crms.of(account_id).restore_hook(setup)
    with services.store.write() as unit:
        unit.journal.add(JournalEntry(account_id, services.clock.now(), "webhook.restored"))
