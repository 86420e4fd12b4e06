"""From a connection's settings to an adapter."""

from __future__ import annotations

import pytest

from backend.domain.errors import Invalid
from backend.erp.memory.adapter import MemoryErp
from backend.erp.network import NetworkPolicy
from backend.erp.registry import ErpRegistry
from backend.erp.tryton.adapter import TrytonErp
from backend.ports.erp import ErpAddressForbidden
from tests.support.erp_memory_world import StoppedClock

VALUES = {"url": "https://erp.example", "database": "erp", "login": "api"}
SECRETS = {"password": " with a space "}


@pytest.fixture
def registry() -> ErpRegistry:
    return ErpRegistry(policy=NetworkPolicy(), clock=StoppedClock())


def test_tryton_is_offered_with_a_secret_password(registry: ErpRegistry) -> None:
    system = registry.systems()[0]
    assert system.system == "tryton"
    assert [field.name for field in system.fields if field.secret] == ["password"]


def test_the_in_memory_erp_is_not_offered_unless_given(registry: ErpRegistry) -> None:
    assert "memory" not in {system.system for system in registry.systems()}
    with pytest.raises(Invalid):
        registry.open("memory", {}, {})
    memory = MemoryErp(StoppedClock())
    given = ErpRegistry(policy=NetworkPolicy(), clock=StoppedClock(), memory=memory)
    assert given.open("memory", {}, {}) is memory


def test_opening_calls_nothing(registry: ErpRegistry) -> None:
    erp = registry.open("tryton", VALUES, SECRETS)
    assert isinstance(erp, TrytonErp)
    assert erp.calls == 0


@pytest.mark.parametrize(
    ("values", "secrets", "field"),
    [
        (VALUES | {"url": ""}, SECRETS, "url"),
        (VALUES | {"url": "erp.example"}, SECRETS, "url"),
        (VALUES | {"url": "http://[::1"}, SECRETS, "url"),
        (VALUES | {"database": "  "}, SECRETS, "database"),
        (VALUES, {}, "password"),
        (VALUES | {"password": "x"}, {}, "password"),
        (VALUES | {"proxy": "x"}, SECRETS, "proxy"),
    ],
)
def test_a_bad_setting_is_named(
    registry: ErpRegistry, values: dict[str, str], secrets: dict[str, str], field: str
) -> None:
    with pytest.raises(Invalid) as caught:
        registry.open("tryton", values, secrets)
    assert caught.value.data == {"field": field}
    assert caught.value.code == "erp_setting_bad"


def test_an_unknown_system_is_refused(registry: ErpRegistry) -> None:
    with pytest.raises(Invalid) as caught:
        registry.open("sap", {}, {})
    assert caught.value.data == {"system": "sap"}


def test_credentials_in_the_address_are_refused(registry: ErpRegistry) -> None:
    with pytest.raises(ErpAddressForbidden):
        registry.open("tryton", VALUES | {"url": "https://me:secret@erp.example"}, SECRETS)
