"""What the API answers when it refuses: problem+json."""

from __future__ import annotations

from typing import Any

Detail = dict[str, str]


class ApiProblem(Exception):
    """A refusal with an HTTP status. `validation` holds (request_id, errors) of each refused item."""

    def __init__(
        self,
        status: int,
        title: str,
        detail: str = "",
        *,
        validation: list[dict[str, Any]] | None = None,
        extra: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(title)
        self.status, self.title, self.detail = status, title, detail
        self.validation, self.extra = validation, extra or {}

    def body(self) -> dict[str, Any]:
        """The JSON that is sent."""
        body: dict[str, Any] = {}
        if self.validation is not None:
            body["validation-errors"] = self.validation
        body |= {"title": self.title, "type": f"https://httpstatus.es/{self.status}", "status": self.status}
        if self.detail:
            body["detail"] = self.detail
        return body | self.extra


class FieldErrors(Exception):
    """The errors of one item: each has code, path, detail."""

    def __init__(self, errors: list[Detail]) -> None:
        super().__init__(errors)
        self.errors = errors


def invalid(code: str, path: str, detail: str) -> FieldErrors:
    """One field error."""
    return FieldErrors([{"code": code, "path": path, "detail": detail}])


def not_supported(path: str) -> FieldErrors:
    """An id or value that does not exist."""
    return invalid("NotSupportedChoice", path, "The value you selected is not a valid choice.")


def unauthorized(detail: str = "Invalid user name or password", **extra: Any) -> ApiProblem:
    """401."""
    return ApiProblem(401, "Unauthorized", detail, extra=extra)


def forbidden(detail: str = "Forbidden") -> ApiProblem:
    """403: no rights."""
    return ApiProblem(403, "Forbidden", detail)


def not_found(detail: str = "Entity not found") -> ApiProblem:
    """404."""
    return ApiProblem(404, "Not found", detail)
