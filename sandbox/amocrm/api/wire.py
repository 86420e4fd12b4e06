"""The shapes all methods share: hal+json answers, paging, filters, batches."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

from flask import Response, g, request

from ..core.errors import ApiProblem, FieldErrors, invalid
from ..core.store import Doc
from ..core.world import world
from ..crm.actor import Actor

BATCH = 250
EMPTY = 204


def actor() -> Actor:
    """Who makes this request."""
    found: Actor = g.actor
    return found


def hal(body: Any, status: int = 200) -> Response:
    """An answer as application/hal+json."""
    return Response(json.dumps(body, ensure_ascii=False), status, content_type="application/hal+json")


def nothing(status: int = EMPTY) -> Response:
    """An answer without a body."""
    return Response(b"", status, content_type="application/hal+json")


def body() -> Any:
    """The request's JSON; 400 when it is none."""
    parsed = request.get_json(force=True, silent=True)
    if parsed is None:
        raise ApiProblem(400, "Bad Request", "Request body is not valid JSON")
    return parsed


def href(path: str) -> Doc:
    """`_links` of one entity."""
    return {"self": {"href": f"{world().base_url}/api/v4/{path}"}}


def with_parts() -> set[str]:
    """Names of `with=`."""
    return {p for p in request.args.get("with", "").split(",") if p}


def filter_values(name: str) -> list[str]:
    """Values of `filter[name]`, `filter[name][]` and `filter[name][0]`; commas separate too."""
    pattern = re.compile(rf"^filter\[{re.escape(name)}\](\[\d*\])?$")
    found = [v for key, values in request.args.lists() if pattern.match(key) for v in values]
    return [part for value in found for part in value.split(",") if part]


def filter_ids(name: str = "id") -> set[int] | None:
    """Numbers of a filter, None when it is not given."""
    values = filter_values(name)
    return {int(v) for v in values if v.lstrip("-").isdigit()} if values else None


def in_range(value: int | None, name: str) -> bool:
    """Whether a time passes `filter[name][from|to]`."""
    since, until = (request.args.get(f"filter[{name}][{end}]", None, int) for end in ("from", "to"))
    if value is None:
        return not (since or until)
    return (not since or value >= since) and (not until or value <= until)


def ordered(rows: list[Doc], *allowed: str) -> list[Doc]:
    """Rows by `order[key]=asc|desc`."""
    for key in allowed:
        way = request.args.get(f"order[{key}]")
        if way:
            return sorted(rows, key=lambda r: r[key] or 0, reverse=way == "desc")
    return rows


def page(name: str, rows: list[Doc], show: Callable[[Doc], Doc], *, most: int = 250, total: bool = False) -> Response:
    """One page of a list; 204 when there is nothing on it."""
    number = max(request.args.get("page", 1, int), 1)
    limit = request.args.get("limit", 50, int)
    if not 1 <= limit <= 250:
        raise _limit_error()
    limit = min(limit, most)
    part = rows[(number - 1) * limit : number * limit]
    if not part:
        return nothing()
    links = {"self": {"href": _page_url(number, limit)}}
    if number * limit < len(rows):
        links["next"] = {"href": _page_url(number + 1, limit)}
    answer: Doc = {"_page": number, "_links": links, "_embedded": {name: [show(row) for row in part]}}
    if total:
        pages = -(-len(rows) // limit)
        answer = {"_total_items": len(rows), "_page_count": pages} | answer
    return hal(answer)


def batch(work: Callable[[Doc, int], Doc]) -> list[Doc]:
    """Run every item of the array, all or nothing; an object counts as an array of one."""
    given = body()
    items = given if isinstance(given, list) else [given]
    if not items:
        raise ApiProblem(400, "Bad Request", "Request validation failed", validation=[])
    if len(items) > BATCH:
        raise ApiProblem(422, "Unprocessable Entity", "Limit 250 per page")
    done, refused = [], []
    state = world()
    with state.hooks.together(), state.store.atomic():
        for number, item in enumerate(items):
            try:
                require_object(item)
                done.append(work(item, number))
            except FieldErrors as errors:
                refused.append({"request_id": request_id(item, number), "errors": errors.errors})
        if refused:
            raise ApiProblem(400, "Bad Request", "Request validation failed", validation=refused)
    return done


def single(work: Callable[[Doc], Doc]) -> Doc:
    """Run one object of a PATCH."""
    given = body()
    state = world()
    with state.hooks.together(), state.store.atomic():
        try:
            item = given[0] if isinstance(given, list) and given else given
            require_object(item)
            return work(item)
        except FieldErrors as errors:
            validation = [{"request_id": "0", "errors": errors.errors}]
            raise ApiProblem(400, "Bad Request", "Request validation failed", validation=validation) from None


def require_object(item: Any) -> None:
    """Raise FieldErrors for an item that is no JSON object."""
    if not isinstance(item, dict):
        raise invalid("InvalidType", "", "This value should be of type object.")


def request_id(item: Any, number: int) -> str:
    """What is echoed: our string, otherwise the ordinal."""
    given = item.get("request_id") if isinstance(item, dict) else None
    return str(given) if given is not None else str(number)


def created(name: str, rows: list[Doc], status: int = 200) -> Response:
    """The answer to a batch."""
    return hal({"_links": {"self": {"href": request.base_url}}, "_embedded": {name: rows}}, status)


def _page_url(number: int, limit: int) -> str:
    kept = [f"{k}={v}" for k, v in request.args.items(multi=True) if k not in ("page", "limit")]
    return f"{world().base_url}{request.path}?" + "&".join([*kept, f"page={number}", f"limit={limit}"])


def _limit_error() -> ApiProblem:
    error = {"code": "OutOfRange", "path": "limit", "detail": "This value should be between 1 and 250."}
    validation = [{"request_id": "0", "errors": [error]}]
    return ApiProblem(400, "Bad Request", "Request validation failed", validation=validation)
