"""Crawls of one site on one day after another, as a user makes them, without waiting."""

import json
import subprocess
from pathlib import Path
from typing import Any

from loopback import Answer, Site, listing, onrecord, release, rows, write_source


class Days:
    """A source with some statements, and its crawls."""

    def __init__(self, cwd: Path, site: Site, statements: int, *, rest: str = "") -> None:
        """Publish statements; `rest` ends the source file."""
        self.cwd = cwd
        self.site = site
        self.paths = [f"/pr/{number}" for number in range(1, statements + 1)]
        for path in self.paths:
            site.html(path, self.page(path))
        self.show(self.paths)
        folder = write_source(cwd / "sources", site)
        if rest:
            with (folder / "xa" / "xa_light.yml").open("a", encoding="utf-8") as file:
                file.write(rest)

    @staticmethod
    def page(path: str) -> str:
        """Write what stands at a path."""
        return release(f"The lamp number {path[4:]} is lit again, said the ministry of them all.")

    def show(self, paths: list[str]) -> None:
        """List these and no others."""
        self.site.html("/list", listing(dict.fromkeys(paths, "02/09/2025")))

    def remove(self, *paths: str, answer: Answer | None = None) -> None:
        """Take pages away, and out of the list."""
        for path in paths:
            self.site.answers[path] = answer or Answer(b"not here", 404)
        self.show([each for each in self.paths if each not in paths])

    def put_back(self, *paths: str) -> None:
        """Let pages stand again where they stood."""
        for path in paths:
            self.site.html(path, self.page(path))

    def crawl(self, hours: float) -> dict[str, Any]:
        """Crawl so many hours after now."""
        words = ["crawl", "xa_light", "--sources", "sources", "--allow-host", self.site.host]
        finished = self.run(*words, "--json", hours=hours)
        assert finished.stdout, finished.stderr
        summary: dict[str, Any] = json.loads(finished.stdout)
        return summary

    def run(self, *words: str, hours: float) -> subprocess.CompletedProcess[str]:
        """Run the program so many hours after now."""
        return onrecord(*words, cwd=self.cwd, hours=hours)

    def state(self, path: str) -> str:
        """Tell the state of the statement of a path."""
        sql = f"SELECT state FROM statements WHERE url LIKE '%{path}'"
        return str(self.rows(sql)[0]["state"])

    def fates(self, path: str) -> list[dict[str, Any]]:
        """Give every turn of the statement of a path."""
        return self.rows(
            "SELECT f.* FROM fates AS f JOIN statements AS s ON s.id = statement_id "
            f"WHERE url LIKE '%{path}' ORDER BY at, f.rowid"
        )

    def rows(self, sql: str) -> list[dict[str, Any]]:
        """Ask the archive."""
        return rows(self.cwd / "archive.db", sql)
