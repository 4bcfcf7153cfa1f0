"""Headers of any bytes are kept as they came, and a WARC file with them is read again."""

from datetime import UTC, datetime
from pathlib import Path

from archive.warc import Exchange, WarcFile
from archive.warc_reader import read_records
from spiders.exchanges import kept_response


def test_bytes_that_are_no_text_survive_in_a_header(tmp_path: Path) -> None:
    odd = [
        ("Content-Type", "text/html; charset=\xff\xfe"),
        ("X-Lamp", "caf\xc3\xa9"),
        ("X-Old", "caf\xe9"),
    ]
    taken = Exchange(
        url="http://lights.example/",
        method="GET",
        request_headers=[],
        request_body=b"",
        status=200,
        reason="OK",
        protocol="HTTP/1.1",
        headers=odd,
        body=b"<p>The lamp is lit.</p>",
        ip=None,
        at=datetime(2026, 3, 2, tzinfo=UTC),
        tls="unverified",
        asked="http://lights.example/old",
    )
    file = WarcFile(tmp_path / "odd.warc.gz", {})
    written = file.add_exchange(taken)
    file.close()
    (kept,) = read_records(tmp_path / "odd.warc.gz")
    assert kept.capture == written
    assert kept.body == taken.body
    assert kept.capture.tls == "unverified"
    assert kept.asked == "http://lights.example/old"
    assert kept.headers == odd
    assert kept_response(kept, taken.url).headers["X-Lamp"] == b"caf\xc3\xa9"
