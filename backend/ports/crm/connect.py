"""Connecting an account to the CRM and parting from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from backend.ports.tokens import TokenPair


@dataclass(frozen=True, slots=True)
class InstallRequest:
    """What the CRM sent to our redirect address. `state` is '' when a widget was installed (no browser, no state).

    Nothing in it is proved until the code was exchanged.
    """

    code: str
    domain: str
    state: str
    from_widget: bool


@dataclass(frozen=True, slots=True)
class Grant:
    """A finished exchange: the account as the CRM itself names it, and its tokens. Not saved yet."""

    account_id: int
    domain: str
    tokens: TokenPair


class CrmConnector(Protocol):
    """OAuth of one integration. Raises the errors of `ports.crm.errors` and `domain.errors.Invalid`."""

    def authorize_url(self, state: str) -> str:
        """Where an administrator's browser is sent; `state` is ours, unguessable, kept until they come back."""
        ...

    def read_install(self, query: Mapping[str, str]) -> InstallRequest:
        """Check the query of the redirect address. Raises Invalid for a foreign host or missing parts."""
        ...

    def exchange(self, request: InstallRequest) -> Grant:
        """Exchange the code (20 minutes, once) and ask the CRM which account it is.

        Raises CrmRefused for a code that is spent or false.
        """
        ...

    def is_uninstall(self, query: Mapping[str, str]) -> int | None:
        """The account id of a properly signed uninstall hook, else None."""
        ...
