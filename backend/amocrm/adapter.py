"""amoCRM behind the CRM port."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Executor

from backend.amocrm.cache import TimedCache
from backend.amocrm.changes import DealChanges
from backend.amocrm.client import AmoClient
from backend.amocrm.deal_reader import DealReader
from backend.amocrm.directory import Directory
from backend.amocrm.drive import Drive
from backend.amocrm.feed import Feed
from backend.amocrm.glances import Glances
from backend.amocrm.installation import Installation
from backend.amocrm.people import RequisiteFields
from backend.amocrm.products import Products
from backend.ports.clock import Clock
from backend.ports.crm import (
    CatalogueItem,
    CrmAccount,
    CrmElement,
    CrmFile,
    CrmSetup,
    CrmUser,
    Deal,
    DealGlance,
    DealMove,
    DealUpdate,
    HookState,
    Pipeline,
    SetupWish,
    TaskDraft,
)


class AmoCrm:
    """Implements `CrmPort` for one connected account; safe to call from several threads.

    `setup`: what the installation made (None before it), saves looking for lists and fields. `requisites`: the
    account's own fields for INN and KPP. `pool` runs independent reads side by side and may serve all accounts;
    nothing run in it waits for it. `cache`: share one per account between adapters so that users and pipelines
    are read once.
    """

    def __init__(
        self,
        client: AmoClient,
        clock: Clock,
        pool: Executor,
        *,
        setup: CrmSetup | None = None,
        requisites: RequisiteFields | None = None,
        cache: TimedCache | None = None,
    ) -> None:
        kept = cache or TimedCache(clock)
        self.client = client
        self._directory = Directory(client, kept, setup)
        self._reader = DealReader(client, self._directory, requisites or RequisiteFields(), pool)
        self._glances = Glances(client, self._directory)
        self._changes = DealChanges(client, self._directory, kept, setup)
        self._feed = Feed(client, clock)
        self._drive = Drive(client, self._directory)
        self._products = Products(client, self._directory)
        self._installation = Installation(client, self._directory)

    def account(self) -> CrmAccount:
        return self._directory.account()

    def users(self) -> Sequence[CrmUser]:
        return self._directory.users()

    def pipelines(self) -> Sequence[Pipeline]:
        return self._directory.pipelines()

    def deal(self, deal_id: int, *, as_user: int | None = None) -> Deal | None:
        return self._reader.deal(deal_id, as_user)

    def deals_seen(self, ids: Sequence[int]) -> Sequence[DealGlance]:
        return self._glances.seen(ids)

    def deals_changed(self, page: int) -> Sequence[DealGlance]:
        return self._glances.changed(page)

    def search_elements(self, *, external_id: str, sku: str) -> CrmElement | None:
        return self._products.search(external_id, sku)

    def set_line(self, deal_id: int, element_id: int, quantity: str) -> None:
        self._changes.set_line(deal_id, element_id, quantity)

    def remove_line(self, deal_id: int, element_id: int) -> None:
        self._changes.remove_line(deal_id, element_id)

    def update_deal(self, deal_id: int, update: DealUpdate) -> None:
        self._changes.update_deal(deal_id, update)

    def move_deals(self, moves: Sequence[DealMove]) -> Sequence[int]:
        return self._changes.move_deals(moves)

    def add_note(self, deal_id: int, text: str, *, key: str) -> int:
        return self._feed.add_note(deal_id, text, key)

    def add_task(self, task: TaskDraft, *, key: str) -> int:
        return self._feed.add_task(task, key)

    def complete_task(self, task_id: int, result: str) -> None:
        self._feed.complete_task(task_id, result)

    def attach_file(self, deal_id: int, filename: str, content: bytes, *, replaces: str | None = None) -> CrmFile:
        return self._drive.attach(deal_id, filename, content, replaces)

    def set_up(self, wish: SetupWish) -> CrmSetup:
        return self._installation.set_up(wish)

    def clean_up(self, setup: CrmSetup) -> None:
        self._installation.clean_up(setup)

    def hook_state(self, setup: CrmSetup) -> HookState:
        return self._installation.hook_state(setup.webhook_url)

    def restore_hook(self, setup: CrmSetup) -> None:
        self._installation.subscribe(setup.webhook_url)

    def catalogue_items(self) -> Sequence[CatalogueItem]:
        return self._products.items()

    def write_catalogue(self, setup: CrmSetup, items: Sequence[CatalogueItem]) -> Sequence[CatalogueItem]:
        return self._products.write(setup, items)
