"""The schema. A column has the name of the field it keeps."""

from backend.storage.tables.accounts import account, connection, refresh_lease, setting, token
from backend.storage.tables.base import metadata
from backend.storage.tables.deals import approval, deal, deal_picture, deal_watch, document, order
from backend.storage.tables.holds import hold, ledger
from backend.storage.tables.work import alert, answer, hook, journal, operation, token_use

__all__ = [
    "account",
    "alert",
    "answer",
    "approval",
    "connection",
    "deal",
    "deal_picture",
    "deal_watch",
    "document",
    "hold",
    "hook",
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
