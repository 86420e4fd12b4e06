"""Webhook bodies as hints."""

from __future__ import annotations

from urllib.parse import quote, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.amocrm.webhooks import Hint, deal_hints, read_hook
from backend.domain.errors import Invalid
from backend.ports.crm import DealHint

ACCOUNT = [("account[subdomain]", "demo"), ("account[id]", "7039099"), ("account[_links][self]", "https://demo")]


def body(*pairs: tuple[str, str]) -> bytes:
    return urlencode([*pairs, *ACCOUNT]).encode()


def test_a_stage_change_is_one_hint_whatever_else_it_says() -> None:
    found = read_hook(
        body(
            ("leads[status][0][id]", "25399013"),
            ("leads[status][0][name]", "Сделка & [скобки]=1"),
            ("leads[status][0][status_id]", "142"),
            ("leads[status][0][tags][0][id]", "1"),
            ("leads[status][0][custom_fields][0][id]", "427183"),
            ("leads[status][0][custom_fields][0][values][0][value]", "ORD-1"),
            ("leads[status][0][account_id]", "7039099"),
        )
    )
    assert found.hints == (Hint("leads", "status", 25399013),)
    assert (found.account_id, found.subdomain) == (7039099, "demo")


def test_several_entities_and_repeats_are_kept_in_order() -> None:
    found = read_hook(
        body(
            ("leads[update][0][id]", "2"),
            ("leads[update][1][id]", "1"),
            ("leads[update][1][id]", "1"),
            ("contacts[update][0][id]", "7"),
        )
    )
    assert found.hints == (
        Hint("leads", "update", 2),
        Hint("leads", "update", 1),
        Hint("leads", "update", 1),
        Hint("contacts", "update", 7),
    )


def test_a_note_points_to_its_deal_and_a_task_may_be_nested_deeper() -> None:
    found = read_hook(
        body(
            ("leads[note][0][note][id]", "55"),
            ("leads[note][0][note][element_id]", "9"),
            ("task[update][0][0][id]", "4"),
        )
    )
    assert found.hints == (Hint("leads", "note", 9), Hint("task", "update", 4))


def test_a_hook_may_name_its_account_by_subdomain_only() -> None:
    found = read_hook(b"account[subdomain]=demo&leads[add][0][id]=5")
    assert (found.account_id, found.subdomain) == (None, "demo")


@pytest.mark.parametrize("value", ["", "-1", "1.0", "1e5", "9" * 30, "DROP TABLE", "٣"])
def test_an_id_that_is_no_number_is_no_hint(value: str) -> None:
    assert read_hook(f"leads[add][0][id]={quote(value)}".encode()).hints == ()


@pytest.mark.parametrize(
    "key", ["leads", "leads[add]", "leads[add][x][id]", "[add][0][id]", "leads[add][0][id", "a]b["]
)
def test_keys_of_another_shape_are_passed_over(key: str) -> None:
    assert read_hook(f"{key}=5&account[id]=1".encode()).hints == ()


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"a=" + b"x" * (1024 * 1024), "size"),
        ("leads" + "[x]" * 11 + "=1", "depth"),
        (b"\xff\xfe=1", "form"),
        (b'{"leads": []}', "form"),
        ("&".join(f"a[{i}]=1" for i in range(20_001)), "form"),
        ("&".join(f"leads[update][{i}][id]={i}" for i in range(1001)), "hints"),
    ],
)
def test_what_is_refused(raw: bytes | str, reason: str) -> None:
    with pytest.raises(Invalid) as refused:
        read_hook(raw if isinstance(raw, bytes) else raw.encode())
    assert refused.value.data["reason"] == reason


def test_an_empty_body_has_no_hints() -> None:
    assert read_hook(b"").hints == ()


@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(raw: bytes) -> None:
    try:
        found = read_hook(raw)
    except Invalid:
        return
    assert all(hint.id >= 0 for hint in found.hints)


@given(st.lists(st.tuples(st.text(max_size=30), st.text(max_size=30)), max_size=8))
def test_any_form_is_read_or_refused(pairs: list[tuple[str, str]]) -> None:
    try:
        read_hook(urlencode(pairs).encode())
    except Invalid as refused:
        assert refused.data["reason"] in {"depth", "form"}  # noqa: PT017


def moved(**more: str) -> bytes:
    told = {"id": "501", "status_id": "20", "pipeline_id": "1", **more}
    return body(*((f"leads[status][0][{name}]", value) for name, value in told.items()))


@pytest.mark.parametrize(
    ("more", "left"),
    [
        ({"old_status_id": "10"}, (1, 10)),
        ({"old_status_id": "10", "old_pipeline_id": "2"}, (2, 10)),
        ({"old_pipeline_id": "2"}, None),
        ({"old_status_id": "many"}, None),
        ({}, None),
    ],
)
def test_where_a_deal_came_from(more: dict[str, str], left: tuple[int, int] | None) -> None:
    assert deal_hints(7039099, moved(**more)) == [DealHint(501, moved=True, left=left)]


def test_each_deal_of_a_batch_has_its_own_past() -> None:
    pairs = [
        (f"leads[{action}][{number}][{name}]", value)
        for action, number, told in (
            ("status", 0, {"id": "1", "pipeline_id": "1", "old_status_id": "10"}),
            ("status", 1, {"id": "2", "pipeline_id": "1", "old_status_id": "11"}),
            ("update", 0, {"id": "3", "pipeline_id": "1"}),
        )
        for name, value in told.items()
    ]
    assert deal_hints(7039099, body(*pairs)) == [
        DealHint(1, moved=True, left=(1, 10)),
        DealHint(2, moved=True, left=(1, 11)),
        DealHint(3),
    ]


def test_a_new_deal_has_come_into_its_stage() -> None:
    assert deal_hints(7039099, body(("leads[add][0][id]", "5"))) == [DealHint(5, moved=True)]


def test_deals_of_this_account_alone_are_hinted_at() -> None:
    told = [("leads[update][0][id]", "501"), ("leads[update][1][id]", "502"), ("contacts[update][0][id]", "7")]
    assert deal_hints(7039099, body(*told)) == [DealHint(501), DealHint(502)]
    assert deal_hints(1, body(*told)) == ()
    assert deal_hints(1, urlencode(told).encode()) == [DealHint(501), DealHint(502)], "not every body names its account"
