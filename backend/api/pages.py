"""Small pages for people whose browser was sent to us: a grant that ended, a link that died. Russian or English."""

from __future__ import annotations

import secrets
from collections.abc import Mapping

from flask import Response, render_template, request

from backend.api.request_log import request_id

HTML = "text/html"

WORDS: Mapping[str, Mapping[str, tuple[str, str]]] = {
    "ru": {
        "connected": (
            "Stockgate подключён",
            "Доступ к аккаунту получен. Вернитесь в amoCRM, откройте настройки виджета и подключите учётную систему.",
        ),
        "access_denied": (
            "Доступ не выдан",
            "Без него виджет не сможет читать сделки. Начните подключение заново и нажмите «Разрешить».",
        ),
        "grant_refused": (
            "Подключить не удалось",
            "Код подключения устарел или уже использован. Начните подключение заново из настроек виджета.",
        ),
        "state_invalid": (
            "Подключение начато не здесь",
            "Начните его заново в этом же браузере: страница подключения действует двадцать минут.",
        ),
        "link_expired": (
            "Ссылка больше не действует",
            "Она живёт пять минут. Откройте документ ещё раз из карточки сделки.",
        ),
        "link_forged": ("Такой ссылки нет", "Откройте документ из карточки сделки."),
        "document_not_found": ("Документа больше нет", "Обновите карточку сделки: список документов изменился."),
        "document_unavailable": (
            "Документ пока не готов",
            "Учётная система ещё не может его напечатать. Попробуйте позже из карточки сделки.",
        ),
        "unavailable": (
            "Сейчас не получается",
            "Учётная система или amoCRM не отвечает. Подождите минуту и откройте ещё раз из карточки сделки.",
        ),
        "failed": (
            "Что-то пошло не так",
            "Мы записали ошибку. Попробуйте ещё раз; если повторится — сообщите её номер.",
        ),
    },
    "en": {
        "connected": (
            "Stockgate is connected",
            "We have access to the account. Go back to amoCRM, open the widget's settings and connect your ERP.",
        ),
        "access_denied": (
            "Access was not granted",
            "Without it the widget cannot read deals. Start again and press “Allow”.",
        ),
        "grant_refused": (
            "Could not connect",
            "The code is too old or was used already. Start again from the widget's settings.",
        ),
        "state_invalid": (
            "This was not started here",
            "Start again in this same browser: the page of consent lives twenty minutes.",
        ),
        "link_expired": (
            "This link is no longer valid",
            "It lives five minutes. Open the document again from the deal.",
        ),
        "link_forged": ("There is no such link", "Open the document from the deal."),
        "document_not_found": ("The document is gone", "Refresh the deal: its list of documents has changed."),
        "document_unavailable": (
            "The document is not ready yet",
            "The ERP cannot print it so far. Try again later from the deal.",
        ),
        "unavailable": (
            "Not possible right now",
            "The ERP or amoCRM does not answer. Wait a minute and open it again from the deal.",
        ),
        "failed": ("Something went wrong", "We have noted the error. Try again; if it repeats, tell us its number."),
    },
}


def language() -> str:
    """What the browser prefers of the languages we speak."""
    return request.accept_languages.best_match(list(WORDS)) or "ru"


def page(key: str, *, status: int = 200) -> Response:
    """A page by the key of its words, with the request's number where something failed."""
    spoken = language()
    title, text = WORDS[spoken][key]
    number = request_id() if status >= 500 else None
    return html("message.html", status=status, language=spoken, title=title, text=text, number=number)


def error_page(status: int, code: str) -> Response:
    """The page of an error code; a common one where the code has no words of its own."""
    key = code if code in WORDS["en"] else "unavailable" if status in (502, 503) else "failed"
    return page(key, status=status)


def html(template: str, *, status: int = 200, **values: object) -> Response:
    """A page that may load nothing: its one style sheet is inside and named by a nonce."""
    nonce = secrets.token_urlsafe(16)
    response = Response(render_template(template, nonce=nonce, **values), status=status, mimetype=HTML)
    response.headers["Content-Security-Policy"] = (
        f"default-src 'none'; style-src 'nonce-{nonce}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
    return response
