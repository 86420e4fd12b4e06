"""The application keeps its own contract: whatever is sent, the answer is one that the OpenAPI document tells of."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import Case, GenerationMode
from schemathesis.schemas import APIOperation
from schemathesis.specs.openapi.checks import ignored_auth, positive_data_acceptance

from tests.support.api_house import ADMIN, DEAL, ORIGIN, ApiHouse, make_house

BOUNDED = settings(
    max_examples=10,
    derandomize=True,
    deadline=None,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture(scope="module")
def shared_house(migrated: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ApiHouse]:
    built = make_house(tmp_path_factory.mktemp("contract"), migrated)
    yield built
    built.close()


@pytest.mark.parametrize("mode", list(GenerationMode))
def test_any_call_is_answered_as_the_contract_tells(
    shared_house: ApiHouse, mode: GenerationMode, subtests: pytest.Subtests
) -> None:
    """Sent as an administrator, to a deal that exists. What is right by the schema may still be refused by a rule."""
    contract = schemathesis.openapi.from_wsgi("/openapi.json", shared_house.app)
    operations = [found.ok() for found in contract.get_all_operations()]
    assert len(operations) >= 31
    for operation in operations:
        if mode.is_negative and not _can_be_asked_wrongly(operation):
            continue
        with subtests.test(operation=operation.label):
            _keeps_its_word(shared_house, operation, mode)


def _can_be_asked_wrongly(operation: APIOperation) -> bool:
    """A text in an address that need not be there, or may be any, is never wrong."""
    asked = [one for one in operation.iter_parameters() if one.is_required and one.name != "word"]
    return bool(operation.body) or bool(asked)


def _keeps_its_word(house: ApiHouse, operation: APIOperation, mode: GenerationMode) -> None:
    @BOUNDED
    @given(case=operation.as_strategy(generation_mode=mode))
    def sent(case: Case) -> None:
        if mode.is_positive:
            _made_ours(case)
        headers = {"Origin": ORIGIN, "X-Auth-Token": house.token(ADMIN)}
        case.call_and_validate(headers=headers, excluded_checks=[ignored_auth, positive_data_acceptance])

    sent()


def _made_ours(case: Case) -> None:
    """A deal that exists and a key of its own: else every call would end at the first door."""
    if "deal_id" in case.path_parameters:
        case.path_parameters["deal_id"] = DEAL
    if case.method != "GET":
        case.headers["Idempotency-Key"] = str(uuid.uuid4())
