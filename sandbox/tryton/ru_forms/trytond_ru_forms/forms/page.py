"""Paper, fonts and small building blocks shared by the forms."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from reportlab.lib import colors
from reportlab.lib.enums import TA_CENTER, TA_LEFT, TA_RIGHT
from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, Paragraph, SimpleDocTemplate, Table

REGULAR, BOLD = "RuForms", "RuForms-Bold"
_FONTS = Path(__file__).resolve().parent.parent / "fonts"
_ALIGN = {"left": TA_LEFT, "center": TA_CENTER, "right": TA_RIGHT}
THIN = 0.5
_TRIES = 3

pdfmetrics.registerFont(TTFont(REGULAR, str(_FONTS / "LiberationSans-Regular.ttf")))
pdfmetrics.registerFont(TTFont(BOLD, str(_FONTS / "LiberationSans-Bold.ttf")))


def text(content: str, size: float = 8, align: str = "left", *, bold: bool = False) -> Paragraph:
    """A paragraph of plain text (marked-up characters are escaped, line breaks kept)."""
    style = ParagraphStyle(
        "cell", fontName=BOLD if bold else REGULAR, fontSize=size, leading=size * 1.16, alignment=_ALIGN[align],
        splitLongWords=True,
    )
    return Paragraph(escape(content).replace("\n", "<br/>"), style)


def grid(rows: Sequence[Sequence[Any]], widths: Sequence[float], style: Sequence[tuple[Any, ...]] = (),
         *, repeat: int = 0, pad: float = 1.5) -> Table:
    """A table without lines of its own; widths in millimetres."""
    base: list[tuple[Any, ...]] = [
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("LEFTPADDING", (0, 0), (-1, -1), pad), ("RIGHTPADDING", (0, 0), (-1, -1), pad),
        ("TOPPADDING", (0, 0), (-1, -1), 0.6), ("BOTTOMPADDING", (0, 0), (-1, -1), 1.2),
        ("FONTNAME", (0, 0), (-1, -1), REGULAR), ("FONTSIZE", (0, 0), (-1, -1), 6),
        ("LEADING", (0, 0), (-1, -1), 6.5),
    ]
    return Table([list(row) for row in rows], [w * mm for w in widths], repeatRows=repeat,
                 style=[*base, *style], hAlign="LEFT")


def boxed(start: tuple[int, int] = (0, 0), end: tuple[int, int] = (-1, -1), width: float = THIN) -> tuple[Any, ...]:
    """Style: a full grid of thin lines."""
    return ("GRID", start, end, width, colors.black)


def under(column: int, row: int) -> tuple[Any, ...]:
    """Style: a line below one cell, to write upon."""
    return ("LINEBELOW", (column, row), (column, row), THIN, colors.black)


def captioned(cells: Sequence[tuple[str, str, float]], size: float = 7) -> Table:
    """Places for hand-filled data: (value, caption, width) each, the value on a line, its caption below.

    An empty caption leaves the cell without a line: a gap, or a label when it has a value.
    """
    values = [text(value, size, "center" if caption else "left") for value, caption, _ in cells]
    captions = [text(caption, 5, "center") for _, caption, _ in cells]
    lines = [under(place, 0) for place, (_, caption, _) in enumerate(cells) if caption]
    bottom = ("VALIGN", (0, 0), (-1, 0), "BOTTOM")
    return grid([values, captions], [width for _, _, width in cells], [*lines, bottom], pad=0.8)


def build(make_story: Callable[[int], list[Flowable]], title: str, *, wide: bool) -> bytes:
    """The PDF of a story that may print its own number of pages; portrait or landscape A4.

    ``make_story`` is called with the number of pages, first with one, again if that was wrong.
    From two pages on each page says which it is.
    """
    pages, content = 1, b""
    for _ in range(_TRIES):
        content, made = _lay_out(make_story(pages), title, wide=wide)
        if made == pages:
            break
        pages = made
    return content


def _lay_out(story: list[Flowable], title: str, *, wide: bool) -> tuple[bytes, int]:
    buffer = BytesIO()
    margin = 8 * mm if wide else 15 * mm
    template = SimpleDocTemplate(
        buffer, pagesize=landscape(A4) if wide else A4, leftMargin=margin, rightMargin=margin, topMargin=8 * mm,
        bottomMargin=9 * mm, title=title, author="", creator="trytond-ru-forms",
        invariant=1,  # the same document is the same file, so that a copy elsewhere can be compared
    )
    template.build(story, canvasmaker=_NumberedCanvas)
    return buffer.getvalue(), template.page


class _NumberedCanvas(Canvas):
    """Knows the number of pages before it writes the first."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._pages: list[dict[str, Any]] = []

    def showPage(self) -> None:  # noqa: N802 - reportlab's name
        self._pages.append(dict(self.__dict__))
        self._startPage()

    def save(self) -> None:
        total = len(self._pages)
        for number, state in enumerate(self._pages, 1):
            self.__dict__.update(state)
            if total > 1:
                self.setFont(REGULAR, 6.5)
                self.drawRightString(self._pagesize[0] - 8 * mm, 5 * mm, f"Лист {number} из {total}")
            super().showPage()
        super().save()
