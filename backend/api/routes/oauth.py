"""Connecting an account: the browser way and the widget's installation."""

from __future__ import annotations

import secrets
import threading

import structlog
from flask import Response, redirect, request
from werkzeug.exceptions import ServiceUnavailable
from werkzeug.wrappers import Response as AnyResponse

from backend.api.access import Speaks, open_route
from backend.api.answers import dumped, send
from backend.api.blueprint import Blueprint
from backend.api.context import ApiContext, context
from backend.api.errors import note
from backend.api.pages import error_page, page
from backend.api.schemas.documented import answers_pages, answers_problems, asks
from backend.api.signing import SignatureExpired, SignatureForged
from backend.domain.errors import Forbidden, Invalid, Refused, StockgateError
from backend.ports.crm import CrmRefused, InstallRequest
from backend.services.install_account import install_account
from backend.services.uninstall_account import uninstall_account

log = structlog.get_logger()

blueprint = Blueprint("amocrm", __name__, description="Called by amoCRM and by browsers it sends.")

COOKIE = "stockgate_grant"
COOKIE_SECONDS = 20 * 60
MOST_INSTALLS_AT_ONCE = 4
_desk = threading.BoundedSemaphore(MOST_INSTALLS_AT_ONCE)


class StateInvalid(Invalid):
    """The grant was not begun in this browser, or too long ago."""

    code = "state_invalid"


class SignatureWrong(Forbidden):
    """The hook is not signed with the integration's secret."""

    code = "signature_wrong"


class GrantRefused(Refused):
    """The consent or its code was refused."""

    code = "grant_refused"


@blueprint.route("/oauth/start")
@blueprint.response(302, description="To amoCRM's page of consent")
@blueprint.doc(responses=answers_pages(500))
@open_route("begins a grant that only an administrator of the account can end", speaks=Speaks.PAGE)
def start() -> AnyResponse:
    """Begin to connect an account in a browser"""
    nonce = secrets.token_urlsafe(24)
    response = redirect(context().connector.authorize_url(context().signer.grant_state(nonce)))
    secure = context().public_url.startswith("https://")
    response.set_cookie(
        COOKIE, nonce, max_age=COOKIE_SECONDS, httponly=True, secure=secure, samesite="Lax", path="/oauth"
    )
    return response


@blueprint.route("/oauth/callback")
@blueprint.response(200, {"type": "string"}, content_type="text/html")
@blueprint.doc(
    parameters=asks("code", "referer", "state", "from_widget", "error"),
    responses=answers_pages(403, 409, 422, 500, 502, 503),
)
@open_route("proved by exchanging the code; a browser also by its signed state", speaks=Speaks.PAGE)
def callback() -> Response:
    """Where amoCRM sends the code"""
    query = request.args.to_dict()
    if query.get("error"):
        return error_page(403, "access_denied")
    wanted = _read(query)
    if wanted.from_widget and not wanted.state:
        return _in_background(wanted)
    _check_state(wanted.state)
    try:
        install_account(context().services, context().connector, context().token_store, wanted)
    except CrmRefused as refused:
        raise GrantRefused from refused
    done = page("connected")
    done.delete_cookie(COOKIE, path="/oauth")
    return done


@blueprint.route("/hooks/uninstall")
@blueprint.response(200, {"type": "object"})
@blueprint.doc(parameters=asks("account_id", "client_uuid", "signature"), responses=answers_problems(403, 500, 503))
@open_route("signed with the integration's secret")
def uninstall() -> Response:
    """The integration was switched off in an account"""
    account_id = context().connector.is_uninstall(request.args.to_dict())
    if account_id is None:
        raise SignatureWrong
    uninstall_account(context().services, account_id)
    return send(dumped({}))


def _read(query: dict[str, str]) -> InstallRequest:
    try:
        return context().connector.read_install(query)
    except Invalid as bad:
        raise GrantRefused(bad.detail) from bad


def _check_state(state: str) -> None:
    """The state must be ours and this browser's: else somebody could connect their account in another's session."""
    try:
        nonce = context().signer.read_grant_state(state)
    except (SignatureForged, SignatureExpired) as bad:
        raise StateInvalid from bad
    if not secrets.compare_digest(nonce, request.cookies.get(COOKIE, "")):
        raise StateInvalid


def _in_background(wanted: InstallRequest) -> Response:
    """amoCRM waits three seconds and does not ask again, so the answer comes first. Anybody may call this, so the
    number of exchanges at once is bounded."""
    if not _desk.acquire(blocking=False):
        raise ServiceUnavailable
    context().services.pool.submit(_install, context(), wanted)
    return page("connected")


def _install(plugged: ApiContext, wanted: InstallRequest) -> None:
    try:
        account = install_account(plugged.services, plugged.connector, plugged.token_store, wanted)
        log.info("account.installed", account=account.id)
    except StockgateError as error:
        note(error)
        log.warning("account.not_installed", code=error.code)
    finally:
        _desk.release()
