"""Small PDF files, as an office prints them: one font, wrapped lines, no picture."""

from collections.abc import Sequence
from textwrap import wrap

_WIDTH = 84
"""The most characters of a line."""


def write_pdf(title: str, pages: Sequence[str]) -> bytes:
    """Write a file with a page for each text; the same words give the same bytes.

    >>> write_pdf("A plan", ["First page.", "Second page."])[:8]
    b'%PDF-1.4'
    """
    numbers = [5 + 2 * at for at in range(len(pages))]
    kids = " ".join(f"{number} 0 R" for number in numbers)
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Times-Roman /Encoding /WinAnsiEncoding >>",
        f"<< /Title {_literal(title)} >>",
    ]
    for number, words in zip(numbers, pages, strict=True):
        drawn, fonts = _drawn(words), "<< /Font << /F1 3 0 R >> >>"
        place = f"/Parent 2 0 R /MediaBox [0 0 595 842] /Resources {fonts}"
        objects += [
            f"<< /Type /Page {place} /Contents {number + 1} 0 R >>",
            f"<< /Length {len(drawn)} >>\nstream\n{drawn}\nendstream",
        ]
    return _written(objects).encode("ascii")


def _drawn(words: str) -> str:
    """Draw paragraphs from the top of a page."""
    lines: list[str] = []
    for paragraph in words.strip().split("\n\n"):
        lines += [*wrap(" ".join(paragraph.split()), _WIDTH), ""]
    shown = " T*\n".join(f"{_literal(line)} Tj" for line in lines)
    return f"BT /F1 12 Tf 16 TL 72 770 Td\n{shown}\nET"


def _literal(words: str) -> str:
    """Write a text as PDF has it; what is no ASCII by its number in the encoding of Windows."""
    signs = (
        f"\\{number:03o}" if number > 0x7E or chr(number) in "\\()" else chr(number)  # noqa: PLR2004
        for number in words.encode("cp1252")
    )
    return f"({''.join(signs)})"


def _written(objects: Sequence[str]) -> str:
    """Number the objects and list where each begins."""
    body, places = "%PDF-1.4\n", []
    for number, each in enumerate(objects, start=1):
        places.append(len(body))
        body += f"{number} 0 obj\n{each}\nendobj\n"
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    size = len(objects) + 1
    return (
        f"{body}xref\n0 {size}\n0000000000 65535 f \n{table}"
        f"trailer\n<< /Size {size} /Root 1 0 R /Info 4 0 R >>\nstartxref\n{len(body)}\n%%EOF\n"
    )
