"""Reads the text layer of a printed form."""

from __future__ import annotations

from decimal import Decimal
from io import BytesIO

from pypdf import PdfReader


def text_of(content: bytes) -> str:
    """The text layer with all white space made plain."""
    pages = (page.extract_text() for page in PdfReader(BytesIO(content)).pages)
    return " ".join(" ".join(pages).split())


def money(value: Decimal) -> str:
    """A sum as the forms print it, with plain spaces."""
    return f"{value:,.2f}".replace(",", " ").replace(".", ",")
