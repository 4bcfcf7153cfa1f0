"""CSV that a spreadsheet shows and does not run: cells that look like formulas get a mark."""

import codecs
import csv
import io
import re
from collections.abc import Iterator

from onrecord.browse.headers import App, Message, Receive, Scope, Send

_LONGEST_CELL = 64 * 1024 * 1024
_FORMULA = re.compile(r"[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")
"""How a formula begins, for Excel, LibreOffice and Google Sheets; the last four are full-width."""

_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?", re.ASCII | re.IGNORECASE)
_CONTROLS = {code: 0x2400 + code for code in range(32) if chr(code) not in "\t\r\n"} | {127: 0x2421}
"""Unicode has a picture of each, such as ␀."""

_MAY_CHANGE = re.compile(r"[=+\-@\t\r\uff1d\uff0b\uff0d\uff20\x00-\x08\x0b\x0c\x0e-\x1f\x7f]|\"\n")


def safe_cell(cell: str) -> str:
    r"""Mark a cell that a spreadsheet would take for a formula, and show controls as pictures.

    >>> safe_cell("=1+1"), safe_cell("-0.25"), safe_cell("- 0.25"), safe_cell("a\x1bb")
    ("'=1+1", '-0.25', "'- 0.25", 'a␛b')
    """
    shown = cell.translate(_CONTROLS)
    return f"'{shown}" if _FORMULA.match(shown) and not _NUMBER.fullmatch(shown) else shown


class SafeRecords:
    """Rewrites CSV as it comes, and holds back no more than the record that is not whole yet."""

    def __init__(self) -> None:
        csv.field_size_limit(max(_LONGEST_CELL, csv.field_size_limit()))
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._begun: list[str] = []
        self._is_quoted = False

    def feed(self, body: bytes, *, is_last: bool) -> bytes:
        """Take the next bytes; give the records that are whole, all of them with the last."""
        text = self._decoder.decode(body, is_last)
        return "".join(map(_safe_record, self._whole(text, is_last=is_last))).encode()

    def _whole(self, text: str, *, is_last: bool) -> Iterator[str]:
        for line in re.findall(r"[^\n]*\n|[^\n]+", text):
            self._begun.append(line)
            self._is_quoted ^= line.count('"') % 2 == 1
            if line.endswith("\n") and not self._is_quoted:
                yield "".join(self._begun)
                self._begun.clear()
        if is_last and self._begun:
            yield "".join(self._begun)
            self._begun.clear()


def _safe_record(record: str) -> str:
    """Rewrite a record; one without such a cell stays as it is, byte for byte."""
    if not _MAY_CHANGE.search(record.removesuffix("\n").removesuffix("\r")):
        return record
    cells = [cell for row in csv.reader(io.StringIO(record, newline="")) for cell in row]
    safe = [safe_cell(cell) for cell in cells]
    if safe == cells:
        return record
    written = io.StringIO(newline="")
    csv.writer(written).writerow(safe)
    return written.getvalue()


def with_safe_csv(app: App) -> App:
    """Make every CSV of the site safe, however Datasette calls it."""

    async def guarded(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await app(scope, receive, send)
            return
        records: SafeRecords | None = None

        async def send_safe(message: Message) -> None:
            nonlocal records
            if message["type"] == "http.response.start" and _is_csv(scope, message):
                records = SafeRecords()
                headers = [each for each in message["headers"] if each[0] != b"content-length"]
                message = {**message, "headers": headers}
            elif message["type"] == "http.response.body" and records:
                is_last = not message.get("more_body", False)
                body = records.feed(message.get("body", b""), is_last=is_last)
                if not body and not is_last:
                    return
                message = {**message, "body": body}
            await send(message)

        await app(scope, receive, send_safe)

    return guarded


def _is_csv(scope: Scope, start: Message) -> bool:
    """Tell CSV, which Datasette calls plain text unless it is to be kept as a file."""
    kinds = [value for name, value in start["headers"] if name.lower() == b"content-type"]
    kind = kinds[0].split(b";")[0].strip().lower() if kinds else b""
    is_named = str(scope.get("path", "")).endswith(".csv")
    return kind == b"text/csv" or (kind == b"text/plain" and is_named)
