"""The CRM port. Every method may raise the errors of `ports.crm.errors`; nothing else leaves an adapter."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from backend.ports.crm.deals import CrmElement, Deal
from backend.ports.crm.glances import DealGlance, DealMove, HookState
from backend.ports.crm.setup import CatalogueItem, CrmAccount, CrmSetup, CrmUser, Pipeline, SetupWish
from backend.ports.crm.writes import CrmFile, DealUpdate, TaskDraft


class CrmPort(Protocol):
    """One connected account. Safe to call from several threads.

    Writes are made with the integration's own rights; what a person may see is asked with `as_user`, so that
    the CRM's own rights hold.
    """

    def account(self) -> CrmAccount: ...

    def users(self) -> Sequence[CrmUser]: ...

    def pipelines(self) -> Sequence[Pipeline]: ...

    def deal(self, deal_id: int, *, as_user: int | None = None) -> Deal | None:
        """The deal with lines, company and contact, in a constant number of calls.

        None where it does not exist; raises CrmDenied where `as_user` may not see it. `as_user` is asked about
        the deal itself: what hangs on it (company, contact, products) is read with the integration's rights,
        or an order would be made for nobody.
        """
        ...

    def deals_seen(self, ids: Sequence[int]) -> Sequence[DealGlance]:
        """These deals in brief, 200 a call. One that is missing from the answer is deleted (or never was)."""
        ...

    def deals_changed(self, page: int) -> Sequence[DealGlance]:
        """One page of all deals in brief, last changed first; `page` counts from 1, past the last it is empty.

        In this order a deal that changes while pages are read is met twice, never missed.
        """
        ...

    def search_elements(self, *, external_id: str, sku: str) -> CrmElement | None:
        """The element of the products list with this external id, else with this SKU."""
        ...

    def set_line(self, deal_id: int, element_id: int, quantity: str) -> None:
        """Link the element to the deal, or set its quantity (plain decimal text). Safe to repeat."""
        ...

    def remove_line(self, deal_id: int, element_id: int) -> None:
        """Unlink. Safe to repeat."""
        ...

    def update_deal(self, deal_id: int, update: DealUpdate) -> None:
        """Change what `update` names. Safe to repeat.

        Raises Invalid for a stage without its pipeline where several pipelines have it.
        """
        ...

    def move_deals(self, moves: Sequence[DealMove]) -> Sequence[int]:
        """Put deals into stages, 50 a call; ids of those the CRM refused to move. Safe to repeat.

        After OutcomeUnknown some may be moved: look again.
        """
        ...

    def add_note(self, deal_id: int, text: str, *, key: str) -> int:
        """A system line in the deal's feed. Returns its id.

        `key`: unique per note; a note already made under it is found, not made again (after OutcomeUnknown).
        """
        ...

    def add_task(self, task: TaskDraft, *, key: str) -> int:
        """A task for a person; `key` as in `add_note`, found even when it was completed meanwhile. Returns its id."""
        ...

    def complete_task(self, task_id: int, result: str) -> None:
        """Close the task with a result. Safe to repeat; a task that a person deleted is left deleted."""
        ...

    def attach_file(self, deal_id: int, filename: str, content: bytes, *, replaces: str | None = None) -> CrmFile:
        """Upload a PDF and attach it to the deal's files.

        `replaces`: uuid of the file whose new version this is. Without it, a file of the same name that was
        attached before gets a new version, so a repeat never attaches twice.
        """
        ...

    def set_up(self, wish: SetupWish) -> CrmSetup:
        """Make or find the deal fields, the products list and the webhook. Safe to repeat."""
        ...

    def clean_up(self, setup: CrmSetup) -> None:
        """Remove what `set_up` made: fields and webhook. Safe to repeat.

        The products list and its elements stay (amoCRM cannot delete them).
        """
        ...

    def hook_state(self, setup: CrmSetup) -> HookState:
        """Whether the CRM still tells us of changes: it switches off a webhook that failed too often."""
        ...

    def restore_hook(self, setup: CrmSetup) -> None:
        """Subscribe again. Safe to repeat."""
        ...

    def catalogue_items(self) -> Sequence[CatalogueItem]:
        """Every element of the products list, page by page, as our items."""
        ...

    def write_catalogue(self, setup: CrmSetup, items: Sequence[CatalogueItem]) -> Sequence[CatalogueItem]:
        """Create those without `element_id`, change those with one; in batches. Returns them with element ids.

        After OutcomeUnknown read `catalogue_items` again before anything is created: a batch may have gone through.
        """
        ...
