"""A writer of small PDF files: pages of lines in one font, or what a hostile hand would make."""

import zlib


def pdf(*pages: str, title: str | None = None, extra: bytes = b"") -> bytes:
    """Write a PDF file with a page for each text, a line of it for each line."""
    fonts = b"<< /Font << /F1 3 0 R >> >>"
    numbers = [4 + 2 * at for at in range(len(pages))]
    kids = b" ".join(b"%d 0 R" % number for number in numbers)
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [%s] /Count %d >>" % (kids, len(pages)),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    for number, words in zip(numbers, pages, strict=True):
        size = b"/MediaBox [0 0 595 842]"
        objects += [
            b"<< /Type /Page /Parent 2 0 R %s /Resources %s /Contents %d 0 R >>"
            % (size, fonts, number + 1),
            stream(drawn(words)),
        ]
    info = b""
    if title is not None:
        objects.append(b"<< /Title (%s) /CreationDate (D:19990101120000Z) >>" % escaped(title))
        info = b" /Info %d 0 R" % len(objects)
    return written(objects, b"/Root 1 0 R" + info + extra)


def stream(content: bytes) -> bytes:
    """Pack what is drawn on a page."""
    packed = zlib.compress(content)
    head = b"<< /Length %d /Filter /FlateDecode >>" % len(packed)
    return head + b"\nstream\n" + packed + b"\nendstream"


def drawn(words: str) -> bytes:
    """Draw some lines from the top of a page."""
    lines = b" T* ".join(b"(%s) Tj" % escaped(line) for line in words.split("\n"))
    return b"BT /F1 12 Tf 14 TL 72 770 Td " + lines + b" ET" if words else b""


def escaped(words: str) -> bytes:
    """Write a text as PDF has it."""
    for char in "\\()":
        words = words.replace(char, f"\\{char}")
    return words.encode("cp1252")


def written(objects: list[bytes], trailer: bytes) -> bytes:
    """Number the objects and list where each begins."""
    body = b"%PDF-1.4\n"
    places = []
    for number, each in enumerate(objects, start=1):
        places.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, each)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    head = b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    end = b"trailer\n<< /Size %d %s >>\nstartxref\n%d\n%%%%EOF\n"
    return body + head + table + end % (len(objects) + 1, trailer, len(body))
