"""Our own budget keeps us below the platform's limit: the real budget against the stand-in's real counting."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from backend.amocrm.client import AmoClient
from backend.ports.tokens import Priority
from backend.storage.redis import RedisLine, RedisRateBudget
from tests.contract_crm.amo_world import AmoWorld
from tests.support.crm_house import ACCOUNT

CALLS = 22
NOWHERE = "redis://127.0.0.1:1/0"


def test_a_rush_of_people_waits_instead_of_being_refused(amo: AmoWorld) -> None:
    """Without Redis the budget holds within the process; the platform allows 7 a second and must never say 429."""
    amo.server.world.limiter.configure({"enabled": True, "per_second": 7})
    house, line = amo.house, RedisLine(NOWHERE)
    client = AmoClient(
        ACCOUNT,
        tokens=house.tokens,
        budget=RedisRateBudget(line, house.clock),
        platform=house.platform,
        integration=house.integration,
        clock=house.clock,
        priority=Priority.PERSON,
    )
    with ThreadPoolExecutor(CALLS) as pool:
        answers = list(pool.map(lambda _: client.get("account"), range(CALLS)))
    assert all(answer and answer["id"] == ACCOUNT for answer in answers)
    statuses = [r["status"] for r in amo.server.world.request_log if r["path"] == "/api/v4/account"]
    assert statuses == [200] * CALLS
    line.close()
