"""From an account to its ERP and its CRM."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from backend.domain.errors import Refused
from backend.ports.crm import CrmPort
from backend.ports.erp import ConnectionReport, ErpPort


class NoConnection(Refused):
    """The account has no ERP connected yet."""

    code = "no_connection"


class AccountInactive(Refused):
    """The account is not (or no longer) connected to us.

    Data: state.
    """

    code = "account_inactive"


@dataclass(frozen=True, slots=True)
class ConnectionField:
    """One setting of an ERP connection, enough to draw a form.

    `kind`: text, url, password. Words: `connection.<name>`.
    """

    name: str
    kind: str
    secret: bool
    required: bool


@dataclass(frozen=True, slots=True)
class ErpSystem:
    """A kind of ERP that can be connected."""

    system: str
    title: str
    fields: Sequence[ConnectionField]


class ErpConnections(Protocol):
    def systems(self) -> Sequence[ErpSystem]:
        """What can be connected, in the order to offer it."""
        ...

    def of(self, account_id: int) -> ErpPort:
        """The account's ERP.

        Raises NoConnection, AccountInactive.
        """
        ...

    def try_out(self, system: str, values: Mapping[str, str], secrets: Mapping[str, str]) -> ConnectionReport:
        """Connect with these settings without keeping them.

        Raises Invalid for an unknown system or a bad setting, and the errors of `ports.erp`.
        """
        ...


class CrmConnections(Protocol):
    def of(self, account_id: int) -> CrmPort:
        """The account's CRM.

        Raises AccountInactive.
        """
        ...
