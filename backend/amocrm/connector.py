"""Connecting an account and parting from it: the CRM connector port over amoCRM's OAuth."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping

from backend.amocrm.oauth import GrantRefused, OAuth
from backend.amocrm.platform import Integration, Platform
from backend.domain.errors import Invalid
from backend.ports.crm import CrmRefused, Grant, InstallRequest

LONGEST_CODE = 4096


class AmoConnector:
    """Implements `CrmConnector` for one integration."""

    def __init__(self, integration: Integration, platform: Platform, oauth: OAuth) -> None:
        self._integration = integration
        self._platform = platform
        self._oauth = oauth

    def authorize_url(self, state: str) -> str:
        """The consent page an administrator is sent to."""
        return self._oauth.authorize_url(state)

    def read_install(self, query: Mapping[str, str]) -> InstallRequest:
        """The checked query of the redirect address, from a browser or from a widget's installation."""
        if query.get("error"):
            raise Invalid("consent was not given", reason="access_denied")
        domain = self._platform.host(query.get("referer", ""))
        if domain is None:
            raise Invalid("the account's host is not one of the platform's", reason="referer")
        if query.get("client_id", self._integration.client_id) != self._integration.client_id:
            raise Invalid("meant for another integration", reason="client_id")
        code = query.get("code", "")
        if not 0 < len(code) <= LONGEST_CODE:
            raise Invalid("no code", reason="code")
        return InstallRequest(code, domain, query.get("state", ""), query.get("from_widget", "") == "1")

    def exchange(self, request: InstallRequest) -> Grant:
        """Tokens for the code, and the account that they open."""
        try:
            pair = self._oauth.exchange(request.domain, request.code)
        except GrantRefused as refused:
            raise CrmRefused("the code was refused", message=refused.hint) from refused
        return Grant(self._oauth.account_id(request.domain, pair), request.domain, pair)

    def is_uninstall(self, query: Mapping[str, str]) -> int | None:
        """The account of a signed uninstall hook: hex HMAC-SHA256 of `client_id|account_id` by the secret."""
        account, signature = query.get("account_id", ""), query.get("signature", "")
        client = query.get("client_uuid", query.get("client_id", ""))
        if not (account.isascii() and account.isdigit() and len(account) < 20 and signature.isascii()):
            return None
        message = f"{self._integration.client_id}|{int(account)}".encode()
        wanted = hmac.new(self._integration.client_secret.encode(), message, hashlib.sha256).hexdigest()
        signed = hmac.compare_digest(wanted, signature.lower())
        return int(account) if signed and client == self._integration.client_id else None
