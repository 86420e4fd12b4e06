"""Webhooks as amoCRM writes them."""

from __future__ import annotations

from urllib.parse import urlencode

from tests.support.storage import ACCOUNT


def hook_body(*deal_ids: int, action: str = "update", account_id: int = ACCOUNT, **told: object) -> bytes:
    """One webhook about these deals; `told` of each of them."""
    pairs: list[tuple[str, object]] = []
    for number, deal_id in enumerate(deal_ids):
        pairs += [(f"leads[{action}][{number}][{name}]", value) for name, value in {"id": deal_id, **told}.items()]
    return urlencode([*pairs, ("account[id]", account_id), ("account[subdomain]", "demo")]).encode()


def moved_body(*deal_ids: int, old: tuple[int, int], new: tuple[int, int], account_id: int = ACCOUNT) -> bytes:
    """These deals were moved from stage `old` to `new` (pipeline, stage)."""
    told = {"status_id": new[1], "old_status_id": old[1], "pipeline_id": new[0]}
    if old[0] != new[0]:
        told["old_pipeline_id"] = old[0]
    return hook_body(*deal_ids, action="status", account_id=account_id, **told)
