"""A process of its own whose threads all ask the CRM at once: `python -m tests.support.crm_refresher JSON`.

It says "ready", waits for a line, and prints how many threads got the account's id.
"""

from __future__ import annotations

import json
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

from backend.amocrm.client import AmoClient
from backend.amocrm.keeper import LiveTokens
from backend.amocrm.oauth import OAuth
from backend.amocrm.platform import Integration, Platform
from backend.storage import SecretBox, make_engine
from backend.storage.refresh_lock import SqlRefreshLock
from backend.storage.tokens import SqlTokenStore
from tests.support.crm_tokens import HandClock, OpenBudget


def main() -> None:
    """Everything but the budget is what production has."""
    given = json.loads(sys.argv[1])
    clock = HandClock(datetime.now(UTC))
    platform = Platform(insecure_hosts=frozenset({given["host"]}))
    integration = Integration(given["client_id"], given["secret"], given["redirect_uri"])
    engine = make_engine(given["database"], pool_size=given["threads"])
    store = SqlTokenStore(engine, SecretBox([given["key"]]))
    tokens = LiveTokens(store, SqlRefreshLock(engine, clock), OAuth(integration, platform, clock), clock)
    client = AmoClient(
        given["account"],
        tokens=tokens,
        budget=OpenBudget(clock),
        platform=platform,
        integration=integration,
        clock=clock,
    )
    print("ready", flush=True)
    sys.stdin.readline()
    with ThreadPoolExecutor(given["threads"]) as pool:
        answers = list(pool.map(lambda _: client.get("account"), range(given["threads"])))
    print(sum(1 for a in answers if a and a["id"] == given["account"]), flush=True)
    engine.dispose()


if __name__ == "__main__":
    main()
