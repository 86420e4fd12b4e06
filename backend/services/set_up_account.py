"""Set an account up in the CRM (fields, webhook, products list, first import), and clean it up again (R23, R18 in
part)."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import replace

from backend.domain.errors import Conflict
from backend.ports.crm import DealField, SetupWish
from backend.ports.store import Account, JournalEntry, Operation, SetupProgress, SetupStep, UnitOfWork
from backend.services.configure import show_settings
from backend.services.deps import Services
from backend.services.import_catalogue import import_catalogue
from backend.services.panel.texts import Json
from backend.services.viewer import Caller, require_admin
from backend.services.words import word

IN_CRM = ("fields", "webhook", "products_list")


class SetupRunning(Conflict):
    """A set-up or clean-up is under way."""

    code = "setup_running"


def start_set_up(services: Services, caller: Caller) -> Json:
    """Queue the set-up; the settings with its progress.

    Raises NoConnection, SetupRunning.
    """
    require_admin(services, caller)
    services.erps.of(caller.account_id)
    steps = [SetupStep(step, "waiting") for step in (*IN_CRM, "import")]
    return _start(services, caller, "account.set_up", steps)


def start_clean_up(services: Services, caller: Caller) -> Json:
    """Queue the removal of what was made in the CRM; the settings with its progress.

    Raises SetupRunning.
    """
    require_admin(services, caller)
    return _start(services, caller, "account.clean_up", [SetupStep("clean_up", "waiting")])


def _start(services: Services, caller: Caller, kind: str, steps: Sequence[SetupStep]) -> Json:
    now = services.clock.now()
    with services.store.write() as unit:
        if unit.accounts.setup_progress(caller.account_id).state == "running":
            raise SetupRunning
        unit.accounts.save_setup_progress(caller.account_id, SetupProgress("running", steps))
        unit.operations.add(
            caller.account_id, kind=kind, key=f"{kind}:{uuid.uuid4().hex}", payload={}, deal_id=None, due_at=now
        )
        unit.journal.add(JournalEntry(caller.account_id, now, f"{kind}.asked", caller.user_id))
    return show_settings(services, caller)


def set_up(services: Services, operation: Operation) -> None:
    """Operation: make what is missing in the CRM, then import the ERP's catalogue.

    Safe to run again.
    """
    account = services.account(operation.account_id)
    _mark(services, account.id, IN_CRM, "running")
    made = services.crms.of(account.id).set_up(_wish(services, account))
    with services.store.write() as unit:
        unit.accounts.save_crm_setup(account.id, made)
        unit.pictures.tell_again(account.id)
    _mark(services, account.id, IN_CRM, "done")
    _mark(services, account.id, ["import"], "running")
    import_catalogue(services, account.id, made, lambda done, of: _count(services, account.id, done, of))
    _mark(services, account.id, ["import"], "done")
    _end(services, account.id, "done")


def clean_up(services: Services, operation: Operation) -> None:
    """Operation: remove what set-up made; the products list stays, amoCRM cannot delete it.

    Safe to run again.
    """
    with services.store.read() as unit:
        setup = unit.accounts.crm_setup(operation.account_id)
    _mark(services, operation.account_id, ["clean_up"], "running")
    if setup is not None:
        services.crms.of(operation.account_id).clean_up(setup)
        with services.store.write() as unit:
            unit.accounts.save_crm_setup(operation.account_id, None)
    _mark(services, operation.account_id, ["clean_up"], "done")
    _end(services, operation.account_id, "none")


def set_up_failed(services: Services, operation: Operation, error: Exception) -> None:
    """The runner gave up: the steps under way show the error's code and may be started again."""
    with services.store.write() as unit:
        mark_failed(unit, operation.account_id, str(getattr(error, "code", "internal")))


def mark_failed(unit: UnitOfWork, account_id: int, code: str) -> None:
    """The steps under way, or else the one they would have begun with, ended with this error."""
    progress = unit.accounts.setup_progress(account_id)
    ended = {one.step for one in progress.steps if one.state == "running"}
    ended = ended or {one.step for one in progress.steps[:1] if one.state == "waiting"}
    steps = [replace(one, state="failed", error=code) if one.step in ended else one for one in progress.steps]
    unit.accounts.save_setup_progress(account_id, SetupProgress("failed", steps))


def _wish(services: Services, account: Account) -> SetupWish:
    return SetupWish(
        field_names={field: word(account.language, f"field.{field}") for field in DealField},
        field_group=word(account.language, "field_group"),
        webhook_url=f"{services.public_url}/hooks/amocrm/{account.hook_secret}",
    )


def _mark(services: Services, account_id: int, names: Sequence[str], state: str) -> None:
    with services.store.write() as unit:
        progress = unit.accounts.setup_progress(account_id)
        steps = [replace(one, state=state, error=None) if one.step in names else one for one in progress.steps]
        unit.accounts.save_setup_progress(account_id, replace(progress, steps=steps))


def _count(services: Services, account_id: int, done: int, of: int) -> None:
    with services.store.write() as unit:
        progress = unit.accounts.setup_progress(account_id)
        steps = [replace(one, done=done, of=of) if one.step == "import" else one for one in progress.steps]
        unit.accounts.save_setup_progress(account_id, replace(progress, steps=steps))


def _end(services: Services, account_id: int, state: str) -> None:
    with services.store.write() as unit:
        progress = unit.accounts.setup_progress(account_id)
        unit.accounts.save_setup_progress(account_id, replace(progress, state=state))
