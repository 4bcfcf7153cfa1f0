"""A site, a web archive of it, and an archive of ours that is filled back from it."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from loopback import Site, crawl, rows, write_source
from web_archive import WebArchive

FEEDS = """\
  - channel: listing
    urls: [{{url}}/list]
    entry: li
    published: .day
    page: {{{{title: h1, text: .words}}}}
  - channel: wayback
    match: ["{{url}}/pr/*"]
    links: '/pr/\\d+$'
    page: {{{{title: h1, text: .words{more_page}}}}}
    cdx: {archive}/cdx
    replay: {archive}/web
    {more}
"""
WORDS = "We thank the keepers of the lighthouse for their service."


def words(verb: str) -> str:
    return WORDS.replace("thank", verb)


@dataclass
class Both:
    """A site, an archive of it, and an archive of ours."""

    cwd: Path
    site: Site
    archive: WebArchive

    def declare(self, more: str = "", more_page: str = "") -> None:
        feeds = FEEDS.format(archive=self.archive.site.url, more=more, more_page=more_page)
        write_source(self.cwd / "sources", self.site, feeds=feeds)

    def hold(self, day: str, path: str, page: str, **rest: Any) -> str:
        return self.archive.hold(day, self.site.url + path, page, **rest)

    def crawl(self, *more: str) -> dict[str, Any]:
        self.archive.site.asked.clear()
        return crawl(self.site, self.cwd, "--allow-host", self.archive.site.host, *more)

    def backfill(self) -> dict[str, Any]:
        return self.crawl("--backfill")

    def rows(self, sql: str) -> list[dict[str, Any]]:
        return rows(self.cwd / "archive.db", sql)

    def revisions(self, path: str) -> list[tuple[str, str, str | None]]:
        found = self.rows(
            "SELECT first_captured_at AS at, r.text, r.witness FROM revisions AS r "
            f"JOIN statements ON statement_id = id WHERE url LIKE '%{path}' ORDER BY at"
        )
        return [(row["at"][:10], row["text"].split()[1], row["witness"]) for row in found]
