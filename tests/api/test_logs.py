"""The log: one event a line, readable by machines, without secrets."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from backend.config import Config
from backend.logs import configure_logs
from tests.support.api_house import DEAL, ApiHouse


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    root, kept = logging.getLogger(), structlog.get_config()
    handlers, level = list(root.handlers), root.level
    quiet = {name: logging.getLogger(name).level for name in ("alembic", "werkzeug", "urllib3", "apscheduler")}
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    for name, before in quiet.items():
        logging.getLogger(name).setLevel(before)
    structlog.configure(**kept)


def written(capsys: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    return [json.loads(line) for line in capsys.readouterr().err.splitlines()]


def test_json_of_our_own_and_of_libraries(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs(Config(log_format="json"))
    structlog.get_logger("ours").warning("order.placed", order="1")
    logging.getLogger("theirs").warning("said %s", "so")
    ours, theirs = written(capsys)
    assert (ours["event"], ours["order"], ours["level"]) == ("order.placed", "1", "warning")
    assert (theirs["event"], theirs["level"]) == ("said so", "warning")


def test_values_with_the_name_of_a_secret_are_not_written(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs(Config(log_format="json"))
    structlog.get_logger("ours").warning("x", access_token="abc", password="def", X_Auth_Token="ghi", fine="jkl")
    line = written(capsys)[0]
    assert line["fine"] == "jkl"
    assert not {"abc", "def", "ghi"} & set(map(str, line.values()))


def test_the_level_is_kept(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs(Config(log_format="json", log_level="error"))
    structlog.get_logger("ours").warning("quiet")
    assert written(capsys) == []


def test_a_failed_request_is_one_line_with_its_id_and_account(
    house: ApiHouse, capsys: pytest.CaptureFixture[str]
) -> None:
    configure_logs(Config(log_format="json"))
    house.erp.script.down()
    token = house.token()
    answer = house.call("GET", f"/deals/{DEAL}/lines/9001/details", token=token)
    text = capsys.readouterr().err
    line = next(one for one in map(json.loads, text.splitlines()) if one["event"] == "request.failed")
    assert (line["code"], line["account"]) == ("erp_unavailable", 1)
    assert line["request_id"] == answer.headers["X-Request-Id"]
    assert token not in text
    assert "Анна" not in text
