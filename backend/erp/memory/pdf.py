"""A real PDF of one page, written by hand: enough for a viewer and a text extractor."""

from __future__ import annotations

from collections.abc import Sequence

LINE = "({text}) Tj 0 -16 Td"


def pdf(lines: Sequence[str]) -> bytes:
    """These lines in Helvetica. Characters outside ASCII are written as '?', since the standard fonts have none."""
    shown = " ".join(LINE.format(text=_escaped(line)) for line in lines)
    stream = f"BT /F1 12 Tf 56 780 Td {shown} ET".encode()
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        b" /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length " + str(len(stream)).encode() + b" >>\nstream\n" + stream + b"\nendstream",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    return _file(objects)


def _file(objects: Sequence[bytes]) -> bytes:
    body = b"%PDF-1.4\n"
    places = []
    for number, content in enumerate(objects, 1):
        places.append(len(body))
        body += str(number).encode() + b" 0 obj\n" + content + b"\nendobj\n"
    table = b"".join(f"{place:010d} 00000 n \n".encode() for place in places)
    size = str(len(objects) + 1).encode()
    trailer = b"trailer\n<< /Size " + size + b" /Root 1 0 R >>\nstartxref\n" + str(len(body)).encode() + b"\n%%EOF\n"
    return body + b"xref\n0 " + size + b"\n0000000000 65535 f \n" + table + trailer


def _escaped(text: str) -> str:
    plain = text.encode("ascii", "replace").decode()
    return plain.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")
