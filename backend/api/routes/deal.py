"""The deal card's questions: panel, revision, details, products."""

from __future__ import annotations

from typing import Any

from flask import Response

from backend.api.access import caller
from backend.api.answers import dumped, send
from backend.api.blueprint import Blueprint
from backend.api.context import context
from backend.api.schemas.answers import AllDetails, LineDetails, Products, Revision, Session
from backend.api.schemas.documented import reads
from backend.api.schemas.panel import Panel
from backend.api.schemas.requests import PanelQuery, ProductsQuery
from backend.services.search_products import search_products
from backend.services.session import show_revision, show_session
from backend.services.show_line import show_line, show_lines
from backend.services.show_panel import show_cached, show_live

blueprint = Blueprint("deal", __name__, url_prefix="/api/v1", description="The deal card: what it asks.")

DEAL = "/deals/<number:deal_id>"
LINE = f"{DEAL}/lines/<name:line_id>"


@blueprint.route("/session")
@reads(blueprint, Session)
def session() -> Response:
    """Who is asking, and is the account ready"""
    return send(dumped(show_session(context().services, caller())))


@blueprint.route(f"{DEAL}/panel")
@reads(blueprint, Panel)
@blueprint.arguments(PanelQuery(), location="query")
def panel(query: dict[str, Any], deal_id: int) -> Response:
    """The panel, from the cache at once or live"""
    show = show_cached if query["figures"] == "cached" else show_live
    return send(show(context().services, caller(), deal_id))


@blueprint.route(f"{DEAL}/revision")
@reads(blueprint, Revision)
def revision(deal_id: int) -> Response:
    """Did anything change; cheap"""
    return send(dumped(show_revision(context().services, caller(), deal_id)))


@blueprint.route(f"{LINE}/details")
@reads(blueprint, LineDetails)
def details(deal_id: int, line_id: str) -> Response:
    """One line in every warehouse, with its deliveries"""
    return send(dumped(show_line(context().services, caller(), deal_id, line_id)))


@blueprint.route(f"{DEAL}/details")
@reads(blueprint, AllDetails)
def all_details(deal_id: int) -> Response:
    """Every line in every warehouse, in one batch: the wide view"""
    return send(dumped(show_lines(context().services, caller(), deal_id)))


@blueprint.route(f"{DEAL}/products")
@reads(blueprint, Products)
@blueprint.arguments(ProductsQuery(), location="query")
def products(query: dict[str, Any], deal_id: int) -> Response:
    """Find products to add"""
    return send(dumped(search_products(context().services, caller(), deal_id, query["query"])))
