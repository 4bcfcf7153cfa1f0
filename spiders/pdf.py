"""PDF files: the words of each page, read by a process of its own that is held to bounds."""

import json
import os
import subprocess
import sys
import unicodedata
from contextlib import suppress
from dataclasses import asdict, dataclass
from io import BytesIO
from pathlib import Path

from spiders.printed_lines import join_lines

_PROGRAM = "from spiders.pdf import main; main()"
_MOST_PAGES = 1000
_SECONDS = 60
_MEMORY = 1024 * 1024 * 1024
_READABLE = 0.98
"""How much of a text must be letters that mean something, for the rest to be its flaws."""


class UnreadablePdfError(ValueError):
    """Say why no words can be read in a PDF file."""


@dataclass(frozen=True, slots=True)
class Pdf:
    """What a PDF file says."""

    pages: tuple[str, ...]
    """The words of each page, the lines of a paragraph put together."""

    title: str | None
    """The title that the file gives itself, which may be its author's file name."""


def is_pdf(body: bytes) -> bool:
    """Tell a PDF file by its first bytes, whatever it is labelled."""
    return body[:1024].lstrip().startswith(b"%PDF-")


def read_pdf(body: bytes) -> Pdf:
    """Read a PDF file that may be hostile.

    Raises:
        UnreadablePdfError: it is encrypted, a scan, broken, or takes too much to read.
    """
    paths = os.pathsep.join(path or str(Path.cwd()) for path in sys.path)
    try:
        read = subprocess.run(  # noqa: S603 - our own program
            [sys.executable, "-P", "-c", _PROGRAM],
            input=body,
            capture_output=True,
            check=False,
            env=os.environ | {"PYTHONPATH": paths},
            process_group=0,  # out of the reach of Ctrl+C, which is for the crawl to answer
            timeout=3 * _SECONDS,
        )
    except subprocess.TimeoutExpired:
        raise UnreadablePdfError("is a PDF that takes too long to read") from None
    if read.returncode < 0:
        raise UnreadablePdfError("is a PDF that takes too long to read, or too much memory")
    if read.returncode:
        last = read.stderr.decode(errors="replace").strip().rpartition("\n")[2]
        raise UnreadablePdfError(f"is a PDF that cannot be read ({last})")
    told = json.loads(read.stdout)
    if "refusal" in told:
        raise UnreadablePdfError(told["refusal"])
    return Pdf(tuple(told["pages"]), told["title"])


def main() -> None:
    """Read the PDF file on standard input, within bounds, and tell what it says in JSON."""
    import resource

    for bound, most in ((resource.RLIMIT_CPU, _SECONDS), (resource.RLIMIT_AS, _MEMORY)):
        with suppress(ValueError, OSError):  # not every system can bound all of them
            resource.setrlimit(bound, (most, most))
    try:
        told = asdict(extract(sys.stdin.buffer.read()))
    except UnreadablePdfError as error:
        told = {"refusal": str(error)}
    json.dump(told, sys.stdout)


def extract(body: bytes) -> Pdf:
    """Read a PDF file in this process.

    Raises:
        UnreadablePdfError: it is encrypted, has too many pages, or none with words.
        Exception: it is broken; there are many ways.
    """
    from pypdf import PdfReader

    reader = PdfReader(BytesIO(body))
    if reader.is_encrypted and not reader.decrypt(""):
        raise UnreadablePdfError("is an encrypted PDF: it cannot be read without its password")
    count = len(reader.pages)
    if count > _MOST_PAGES:
        raise UnreadablePdfError(f"is a PDF of {count} pages, more than any statement has")
    pages = tuple(page.extract_text().strip() for page in reader.pages)
    text = "".join("".join(pages).split())
    if not text:
        raise UnreadablePdfError("is a PDF without words: its pages are pictures, such as scans")
    if sum(map(_is_sign, text)) < _READABLE * len(text):
        raise UnreadablePdfError("is a PDF whose fonts do not say which letters they draw")
    title = reader.metadata.title if reader.metadata else None
    whole = tuple(join_lines(pages))
    return Pdf(whole, str(title).strip() or None if title else None)


def _is_sign(char: str) -> bool:
    """Tell whether a character means something to everybody: no control, no private use."""
    return char != "\ufffd" and unicodedata.category(char) not in {"Cc", "Co", "Cn", "Cs"}
