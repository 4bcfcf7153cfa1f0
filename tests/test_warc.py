"""WARC files: what is written can be read back, whatever a crash did to the end of a file."""

import gzip
from datetime import UTC, datetime
from pathlib import Path

import pytest

from archive.errors import ReplayError
from archive.warc import Exchange, WarcFile
from archive.warc_reader import read_about, read_notes, read_record, read_records

AT = datetime(2025, 9, 2, 8, 40, 0, 123456, tzinfo=UTC)


def exchange(number: int) -> Exchange:
    return Exchange(
        url=f"http://ministry.example/{number}?page=1",
        method="GET",
        request_headers=[("Accept", "text/html"), ("Authorization", "Bearer canary")],
        request_body=b"",
        status=200,
        reason="OK",
        protocol="HTTP/1.1",
        headers=[("Content-Type", "text/html"), ("Set-Cookie", "canary=1")],
        body=b"<p>The lamp is lit.</p>" * number,
        ip="192.0.2.1",
        at=AT,
    )


@pytest.fixture
def written(tmp_path: Path) -> Path:
    path = tmp_path / "three.warc.gz"
    warc = WarcFile(path, {"source": "xa_light", "started": AT.isoformat()})
    for number in (1, 2, 3):
        warc.add_exchange(exchange(number))
    warc.add_metadata("urn:onrecord:x", {"outcome": "finished"}, AT)
    warc.close()
    return path


def test_what_was_written_is_read_back(written: Path) -> None:
    kept = list(read_records(written))
    assert [each.body for each in kept] == [exchange(number).body for number in (1, 2, 3)]
    assert [each.capture.captured_at for each in kept] == ["2025-09-02T08:40:00Z"] * 3
    assert kept[1].ip == "192.0.2.1"
    assert read_about(written)["source"] == "xa_light"
    (note,) = read_notes(written)
    assert (note.url, note.at, note.fields) == ("urn:onrecord:x", AT, {"outcome": "finished"})
    assert read_record(written, kept[2].capture.warc_offset) == kept[2]


def test_the_capture_told_at_writing_is_the_one_read_back(tmp_path: Path) -> None:
    warc = WarcFile(tmp_path / "one.warc.gz", {"a": "b"})
    told = warc.add_exchange(exchange(7))
    warc.close()
    assert [each.capture for each in read_records(tmp_path / "one.warc.gz")] == [told]


def test_the_request_is_kept_as_it_went_over_the_wire(written: Path) -> None:
    text = gzip.decompress(written.read_bytes()).decode()
    assert "GET /2?page=1 HTTP/1.1\r\nHost: ministry.example\r\nAccept: text/html\r\n" in text


def test_secrets_are_left_out_and_the_gap_is_named(written: Path) -> None:
    text = gzip.decompress(written.read_bytes()).decode()
    assert "canary" not in text
    assert "WARC-Redacted-Headers: Set-Cookie" in text
    assert "WARC-Redacted-Headers: Authorization" in text


def test_a_file_cut_anywhere_gives_the_whole_records_before_the_cut(written: Path) -> None:
    whole = written.read_bytes()
    ends = [each.capture.warc_offset + each.capture.warc_length for each in read_records(written)]
    for length in range(0, len(whole), 3):
        written.write_bytes(whole[:length])
        found = len(list(read_records(written)))
        assert found == sum(end <= length for end in ends), f"cut at {length}"


def test_damage_in_the_middle_is_told_apart_from_a_cut(written: Path) -> None:
    whole = written.read_bytes()
    first = next(read_records(written)).capture
    for at in range(first.warc_offset, first.warc_offset + first.warc_length, 7):
        written.write_bytes(whole[:at] + bytes([whole[at] ^ 0x40]) + whole[at + 1 :])
        try:
            found = list(read_records(written))
        except ReplayError:
            continue
        assert [each.body for each in found] == [exchange(number).body for number in (1, 2, 3)]


@pytest.mark.parametrize("content", [b"Dear diary", b"%PDF-1.7", b"\x00" * 99])
def test_another_file_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "letter.warc.gz"
    path.write_bytes(content)
    with pytest.raises(ReplayError, match="is not a WARC file"):
        list(read_records(path))


def test_a_file_is_never_overwritten(written: Path) -> None:
    with pytest.raises(FileExistsError):
        WarcFile(written, {"a": "b"})
