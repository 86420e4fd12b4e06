"""What the HTTP layer needs from the rest of the house. Made by bootstrap, read by every view."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import cast

from flask import current_app

from backend.api.signing import Signer
from backend.ports.crm import CrmConnector, WidgetTokens
from backend.ports.tokens import TokenStore
from backend.services.deps import Services

EXTENSION = "stockgate"


@dataclass(frozen=True, slots=True)
class HealthCheck:
    """`run` answers whether this part works; a StockgateError counts as no. A part that is not `required` may be lost
    without the process being taken out of service (Redis: no promise rests on it)."""

    name: str
    run: Callable[[], bool]
    required: bool = True


@dataclass(frozen=True, slots=True)
class ApiContext:
    """`public_url`: how the world reaches us, no slash at the end. `platform_suffixes`: hosts of the CRM's pages (begin
    with a dot, https); `sandbox_hosts`: exact `host:port` names reached by plain http. `signer` signs document links
    and the state of a grant."""

    services: Services
    widget_tokens: WidgetTokens
    connector: CrmConnector
    token_store: TokenStore
    signer: Signer
    public_url: str
    platform_suffixes: Sequence[str] = ()
    sandbox_hosts: Sequence[str] = ()
    health: Sequence[HealthCheck] = ()
    version: str = "0"


def context() -> ApiContext:
    """The running application's context."""
    return cast(ApiContext, current_app.extensions[EXTENSION])
