"""Crawls of the past: WARC files of chosen days, written as the program writes them."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from loopback import Site, listing, onrecord

from archive.warc import Exchange, WarcFile


@dataclass
class Past:
    """A folder with the WARC files of a site's crawls."""

    cwd: Path
    site: Site

    def crawled(self, day: str, pages: dict[str, str]) -> Path:
        """Keep an index and its pages as they were on a day."""
        at = datetime.fromisoformat(f"{day}T10:00:00+00:00")
        crawl_id = f"xa_light-{at:%Y%m%dT%H%M%S}000Z"
        about = {"crawl": crawl_id, "source": "xa_light", "started": at.isoformat()}
        path = self.cwd / "archive-warc" / f"{crawl_id}.warc.gz"
        warc = WarcFile(path, about)
        index = listing(dict.fromkeys(pages, "02/03/2024"))
        for where, body in {"/list": index, **pages}.items():
            warc.add_exchange(_exchange(self.site.url + where, body, at))
        warc.add_metadata("urn:x", {"finished": at.isoformat(), "outcome": "finished"}, at)
        warc.close()
        return path

    def rebuild(self) -> Path:
        """Make an archive of the WARC files, and name it."""
        words = ["rebuild", "--to", "again.db", "--sources", "sources"]
        finished = onrecord(*words, cwd=self.cwd)
        assert finished.returncode == 0, finished.stderr
        return self.cwd / "again.db"


def _exchange(url: str, body: str, at: datetime) -> Exchange:
    return Exchange(
        url=url,
        method="GET",
        request_headers=[],
        request_body=b"",
        status=200,
        reason="OK",
        protocol="HTTP/1.1",
        headers=[("Content-Type", "text/html; charset=utf-8")],
        body=f"<html><body>{body}</body></html>".encode(),
        ip=None,
        at=at,
    )
