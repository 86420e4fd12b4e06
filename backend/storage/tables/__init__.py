"""The schema. A column has the name of the field it keeps."""

from backend.storage.tables.accounts import account, connection, refresh_lease, setting, token
from backend.storage.tables.base import metadata
from backend.storage.tables.deals import approval, deal, document, order
from backend.storage.tables.holds import hold, ledger
from backend.storage.tables.work import answer, journal, operation, token_use

__all__ = [
    "account",
    "answer",
    "approval",
    "connection",
    "deal",
    "document",
    "hold",
    "journal",
    "ledger",
    "metadata",
    "operation",
    "order",
    "refresh_lease",
    "setting",
    "token",
    "token_use",
]
