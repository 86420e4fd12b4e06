"""What is made in an account at install, and removed again: deal fields, products list, webhook."""

from __future__ import annotations

from backend.amocrm.client import AmoClient
from backend.amocrm.directory import FULL_PAGE, Directory, ProductFields
from backend.amocrm.fields import FIELDS, GROUPS, delete_quietly, make_deal_fields, make_fields
from backend.amocrm.values import as_text, whole
from backend.ports.crm import CrmRefused, CrmSetup, HookState, SetupWish

EVENTS = ("add_lead", "status_lead", "update_lead", "delete_lead", "restore_lead", "responsible_lead")
EXTERNAL_ID = {
    "name": "External ID",
    "type": "text",
    "code": "EXTERNAL_ID",
    "sort": 900,
    "request_id": "external_id",
}


class Installation:
    """Safe to repeat: what is there is found by code, name or address, and named as ours again."""

    def __init__(self, client: AmoClient, directory: Directory) -> None:
        self._client = client
        self._directory = directory

    def set_up(self, wish: SetupWish) -> CrmSetup:
        """Make what is missing of the wish."""
        found = make_deal_fields(self._client, wish.field_names, wish.field_group)
        list_id = self._products_list()
        fields = self._product_fields(list_id)
        self.subscribe(wish.webhook_url)
        self._directory.forget_made()
        return CrmSetup(
            field_ids=found.ids,
            field_group_id=found.group_id,
            products_list_id=list_id,
            external_id_field=fields.external_id,
            sku_field=fields.sku,
            price_field=fields.price,
            webhook_url=wish.webhook_url,
            made_field_ids=list(found.ids.values()),
            made_group=True,
        )

    def clean_up(self, setup: CrmSetup) -> None:
        """Webhook first, so that nothing more comes; then the fields, then their group."""
        try:
            self._client.write("DELETE", "webhooks", {"destination": setup.webhook_url})
        except CrmRefused as refused:
            if refused.data.get("status") != 404:
                raise
        for field_id in setup.made_field_ids:  # amoCRM deletes fields one at a time
            delete_quietly(self._client, f"{FIELDS}/{field_id}")
        if setup.made_group:
            delete_quietly(self._client, f"{GROUPS}/{setup.field_group_id}")
        self._directory.forget_made()

    def _products_list(self) -> int:
        """Read afresh; enabled (which cannot be undone) where the account has none."""
        for item in self._client.pages("catalogs", "catalogs", [FULL_PAGE]):
            if item.get("type") == "products":
                return whole(item, "id")
        answer = self._client.write("PATCH", "catalogs/products/settings", {"is_enabled": True})
        if not answer or not isinstance(answer.get("catalog_id"), int):
            raise CrmRefused("the products list was not enabled", reason="no_products_list")
        return int(answer["catalog_id"])

    def _product_fields(self, list_id: int) -> ProductFields:
        path = f"catalogs/{list_id}/custom_fields"
        ids: dict[str, int] = {}
        for field in self._client.pages(path, "custom_fields", [FULL_PAGE]):
            nameless = not field.get("code") and as_text(field.get("name")) == EXTERNAL_ID["name"]
            ids.setdefault("EXTERNAL_ID" if nameless else as_text(field.get("code")), whole(field, "id"))
        if "EXTERNAL_ID" not in ids:
            ids["EXTERNAL_ID"] = make_fields(self._client, path, [EXTERNAL_ID])[0]
        return ProductFields(ids["EXTERNAL_ID"], ids.get("SKU"), ids.get("PRICE"))

    def hook_state(self, url: str) -> HookState:
        """On only where it is enabled and tells of every event we need."""
        for hook in self._client.pages("webhooks", "webhooks", [("filter[destination]", url)]):
            if hook.get("destination") == url:
                whole_story = set(EVENTS) <= set(hook.get("settings") or [])
                return HookState.ON if whole_story and not hook.get("disabled") else HookState.OFF
        return HookState.MISSING

    def subscribe(self, url: str) -> None:
        """The same address again updates the subscription, and switches on one that amoCRM switched off."""
        if self.hook_state(url) is not HookState.ON:
            self._client.write("POST", "webhooks", {"destination": url, "settings": list(EVENTS), "sort": 10})
