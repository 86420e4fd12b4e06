"""INN, KPP and the key that finds a customer in any system (R4, R10)."""

from __future__ import annotations

import pytest

from backend.domain.customer import CustomerKey
from backend.domain.identity import Identification, InnState, identify, normal_inn, normal_kpp
from backend.domain.policy import Outcome

BANK, BANK_KPP, PERSON = "7707083893", "773601001", "500100732259"
PHONE, EMAIL = "+79161234567", "ivan@example.ru"


def known(
    name: str = "Покупатель", inn: str = "", kpp: str = "", phone: str = "", email: str = "", *, legal: bool = False
) -> Identification:
    return identify(
        name=name,
        inn=inn,
        kpp=kpp,
        phone=phone,
        email=email,
        legal=legal,
        normal_phone=lambda text: PHONE if text == "8 916 123-45-67" else None,
        normal_email=lambda text: text.lower() if "@" in text else None,
    )


def codes(found: Identification) -> list[str]:
    return [one.code for one in found.problems]


@pytest.mark.parametrize("text", [BANK, " 7707083893 ", "7707 083 893", "7707-083-893", "7707\u00a0083\u00a0893"])
def test_an_inn_is_brought_to_its_digits(text: str) -> None:
    assert normal_inn(text) == BANK


def test_a_remainder_of_ten_makes_a_check_digit_of_nought() -> None:
    assert normal_inn("7701000080") == "7701000080"


@pytest.mark.parametrize("text", [PERSON, "5001 0073 2259"])
def test_a_persons_inn_has_two_check_digits(text: str) -> None:
    assert normal_inn(text) == PERSON


@pytest.mark.parametrize(
    "text",
    [
        "",
        "7707083892",
        "7700000000",
        "500100732269",
        "500100732258",
        "770708389",
        "77070838933",
        "0000000000",
        "000000000000",
        "770708389O",
        "７７０７０８３８９３",
        "7707083893/773601001",
        "7707083893.0",
    ],
)
def test_what_is_no_inn(text: str) -> None:
    assert normal_inn(text) is None


@pytest.mark.parametrize(
    ("text", "kpp"),
    [(BANK_KPP, BANK_KPP), (" 7736 01 001", BANK_KPP), ("7736ab001", "7736AB001"), ("7736Z9001", "7736Z9001")],
)
def test_a_kpp_is_brought_to_its_form(text: str, kpp: str) -> None:
    assert normal_kpp(text) == kpp


@pytest.mark.parametrize("text", ["", "77360100", "7736010011", "A73601001", "77360100Z", "7736АВ001", "000000000"])
def test_what_is_no_kpp(text: str) -> None:
    assert normal_kpp(text) is None


def test_a_legal_entity_is_known_by_inn_and_kpp() -> None:
    found = known(inn="7707 083893", kpp=BANK_KPP, phone="8 916 123-45-67", email="INFO@bank.ru", legal=True)
    assert found == Identification(CustomerKey(BANK, BANK_KPP, PHONE, "info@bank.ru"), InnState.VALID, ())


def test_an_entrepreneur_is_known_by_inn_alone() -> None:
    found = known(inn=PERSON, kpp="whatever", legal=True)
    assert found == Identification(CustomerKey(PERSON), InnState.VALID, ())


def test_a_person_with_an_inn_is_known_by_it() -> None:
    assert known(inn=PERSON).key == CustomerKey(PERSON)


@pytest.mark.parametrize(
    ("phone", "email", "key"),
    [
        ("8 916 123-45-67", "", CustomerKey(phone=PHONE)),
        ("8 916 123-45-67", "Ivan@Example.RU", CustomerKey(phone=PHONE, email=EMAIL)),
        ("", "Ivan@Example.RU", CustomerKey(email=EMAIL)),
        ("8 916 123-45-67", "not an address", CustomerKey(phone=PHONE)),
    ],
)
def test_a_person_is_known_by_phone_else_by_e_mail(phone: str, email: str, key: CustomerKey) -> None:
    assert known(phone=phone, email=email) == Identification(key, InnState.MISSING, ())


@pytest.mark.parametrize(
    ("inn", "kpp", "state", "problems"),
    [
        ("", "", "missing", ["inn_missing"]),
        ("", "x", "missing", ["inn_missing", "kpp_invalid"]),
        ("7707083892", BANK_KPP, "invalid", ["inn_invalid"]),
        ("7707083892", "", "invalid", ["inn_invalid", "kpp_missing"]),
        ("7707083892", "x", "invalid", ["inn_invalid", "kpp_invalid"]),
        ("500100732258", "", "invalid", ["inn_invalid"]),
        (BANK, "", "valid", ["kpp_missing"]),
        (BANK, "77360100", "valid", ["kpp_invalid"]),
    ],
)
def test_every_problem_of_a_legal_entity_is_told_at_once(inn: str, kpp: str, state: str, problems: list[str]) -> None:
    found = known(inn=inn, kpp=kpp, legal=True)
    assert (found.inn_state, codes(found)) == (state, problems)
    assert all(one.outcome is Outcome.BLOCK for one in found.problems)


def test_wrong_requisites_never_get_into_the_key() -> None:
    assert known(inn="7707083892", kpp="77360100", legal=True).key == CustomerKey()


@pytest.mark.parametrize(
    ("found", "problems"),
    [
        (known(name=""), ["customer_missing"]),
        (known(), ["customer_unidentified"]),
        (known(phone="12"), ["phone_invalid"]),
        (known(phone="12", email="a@b.ru"), ["phone_invalid"]),
        (known(phone="12", email="x"), ["phone_invalid", "email_invalid"]),
        (known(email="x"), ["email_invalid"]),
        (known(name="", legal=True), ["inn_missing"]),
        (known(kpp=BANK_KPP), ["inn_missing"]),
    ],
)
def test_every_problem_of_a_person_is_told_at_once(found: Identification, problems: list[str]) -> None:
    assert codes(found) == problems


def test_problems_carry_what_was_typed() -> None:
    inn, kpp = known(inn="7707083892", kpp="77360100", legal=True).problems
    assert inn.params == {"name": "Покупатель", "inn": "7707083892", "digits": "10"}
    assert kpp.params == {"name": "Покупатель", "kpp": "77360100"}
    (phone,) = known(phone="12").problems
    assert phone.params == {"name": "Покупатель", "phone": "12"}


def test_a_wrong_phone_of_a_company_is_left_out_and_no_problem() -> None:
    found = known(inn=BANK, kpp=BANK_KPP, phone="12", email="x", legal=True)
    assert (found.key, codes(found)) == (CustomerKey(BANK, BANK_KPP), [])
