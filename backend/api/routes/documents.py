"""Documents in one click: a link for the card, and the page behind it."""

from __future__ import annotations

import unicodedata
from typing import Any
from urllib.parse import quote

from flask import Response

from backend.api.access import Speaks, open_route
from backend.api.answers import dumped, send
from backend.api.blueprint import Blueprint
from backend.api.context import context
from backend.api.replay import write
from backend.api.routes.deal import DEAL
from backend.api.schemas.answers import DocumentUrl
from backend.api.schemas.documented import answers_pages, writes
from backend.api.schemas.fields import Empty
from backend.api.signing import DocumentLink
from backend.services.deps import Services
from backend.services.open_document import fetch, request_document
from backend.services.panel.texts import moment
from backend.services.viewer import Caller

blueprint = Blueprint("documents", __name__, description="Invoices and shipping documents as PDF.")

PDF = "application/pdf"


@blueprint.route(f"/api/v1{DEAL}/documents/<name:document_id>/link", methods=["POST"])
@writes(blueprint, DocumentUrl)
@blueprint.arguments(Empty())
def link(_body: dict[str, Any], deal_id: int, document_id: str) -> Response:
    """A link that opens the document for five minutes"""

    def linked(services: Services, caller: Caller) -> Response:
        request_document(services, caller, deal_id, document_id)
        word, until = context().signer.document_link(DocumentLink(caller.account_id, document_id))
        return send(dumped({"url": f"{context().public_url}/documents/{word}", "expires_at": moment(until)}))

    return write(linked, deal_id=deal_id)


@blueprint.route("/documents/<word:word>")
@blueprint.response(200, {"type": "string", "format": "binary"}, content_type=PDF)
@blueprint.doc(responses=answers_pages(403, 404, 409, 410, 500, 502, 503))
@open_route("a link signed by us that lives five minutes", speaks=Speaks.PAGE)
def open_document(word: str) -> Response:
    """The document itself"""
    wanted = context().signer.read_document_link(word)
    file = fetch(context().services, wanted.account_id, wanted.document_id)
    response = Response(file.content, mimetype=PDF)
    response.headers["Content-Disposition"] = _inline(file.filename)
    response.headers["Content-Security-Policy"] = (
        "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'none'"
    )
    return response


def _inline(filename: str) -> str:
    """RFC 6266: plain letters for old browsers, the real name in UTF-8."""
    name = "".join(one for one in filename if unicodedata.category(one)[0] != "C").replace("/", "-").replace("\\", "-")
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().replace('"', "").strip(" -_.")
    return f"inline; filename=\"{plain or 'document.pdf'}\"; filename*=UTF-8''{quote(name, safe='')}"
