"""The sitemap channel: indexes, packed files, robots.txt; nothing broken is a quiet day."""

import gzip
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from loopback import Answer, Site, crawl, release, rows, write_source
from rebuilt import assert_rebuilds_the_same

from spiders.channels.sitemap import read_sitemap
from spiders.offline import kept_response, open_channel, read_listing
from spiders.sourcefiles import read_source

HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
NAMES = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
FEED = """\
  - channel: sitemap
    urls: ["{url}%s"]
    links: /pr/
    page: {{title: h1, text: .words}}
"""
WORDS = "The lamp of the harbour is lit again."


def urlset(site: Site, pages: dict[str, str]) -> bytes:
    """Write a sitemap: path to the day of the last change, or nothing."""
    places = "".join(
        f"<url><loc>{site.url}{path}</loc>{f'<lastmod>{day}</lastmod>' if day else ''}</url>"
        for path, day in pages.items()
    )
    return f"{HEAD}<urlset {NAMES}>{places}</urlset>".encode()


def index(site: Site, *paths: str) -> bytes:
    places = "".join(f"<sitemap><loc>{site.url}{path}</loc></sitemap>" for path in paths)
    return f"{HEAD}<sitemapindex {NAMES}>{places}</sitemapindex>".encode()


def xml(body: bytes) -> Answer:
    return Answer(body, content_type="application/xml")


@pytest.fixture
def site() -> Any:
    with Site() as site:
        for number in range(1, 7):
            site.html(f"/pr/{number}", release(f"{WORDS} It is lamp {number}.", f"Lamp {number}"))
        yield site


def sources(cwd: Path, site: Site, path: str = "/sitemap.xml", more: str = "") -> None:
    write_source(cwd / "sources", site, feeds=FEED % path + more)


def issues(cwd: Path) -> str:
    told = rows(cwd / "archive.db", "SELECT message FROM issues ORDER BY id")
    return "\n".join(row["message"] for row in told)


def test_an_index_leads_to_sitemaps_packed_or_not(site: Site, tmp_path: Path) -> None:
    sources(tmp_path, site, "/robots.txt")
    site.answers["/robots.txt"] = Answer(f"User-agent: *\nSitemap: {site.url}/all.xml\n".encode())
    site.answers["/all.xml"] = xml(index(site, "/one.xml", "/two.xml.gz", "/other.xml"))
    site.answers["/one.xml"] = xml(urlset(site, {"/pr/1": "2025-09-01", "/about": ""}))
    packed = gzip.compress(urlset(site, {"/pr/2": "", "/pr/3": ""}))
    site.answers["/two.xml.gz"] = Answer(packed, content_type="application/x-gzip")
    site.answers["/other.xml"] = xml(urlset(site, {"/contact": ""}))
    summary = crawl(site, tmp_path)
    assert (summary["exit"], summary["listed"], summary["new_statements"]) == (0, 3, 3)
    assert "/about" not in site.asked
    assert_rebuilds_the_same(tmp_path)


def test_only_what_is_new_or_has_changed_is_asked_for_again(site: Site, tmp_path: Path) -> None:
    sources(tmp_path, site)
    long_ago = {"/pr/1": "2025-09-01", "/pr/2": "2025-09-02T10:00:00Z", "/pr/3": ""}
    site.answers["/sitemap.xml"] = xml(urlset(site, long_ago))
    assert crawl(site, tmp_path)["new_statements"] == 3
    site.asked.clear()
    changed = {"/pr/1": "2125-09-01", "/pr/2": "2025-09-02T10:00:00Z", "/pr/3": "", "/pr/4": ""}
    site.answers["/sitemap.xml"] = xml(urlset(site, changed))
    site.html("/pr/1", release("The lamp of the harbour is out.", "Lamp 1"))
    summary = crawl(site, tmp_path)
    assert (summary["listed"], summary["new_statements"], summary["new_revisions"]) == (4, 1, 1)
    assert site.asked[:4] == ["/robots.txt", "/sitemap.xml", "/pr/1", "/pr/4"]
    assert_rebuilds_the_same(tmp_path)


def test_what_has_not_changed_since_a_day_is_left_out(site: Site, tmp_path: Path) -> None:
    sources(tmp_path, site, more="    since: 2025-09-02\n")
    days = {"/pr/1": "2025-09-01", "/pr/2": "2025-09-02", "/pr/3": "2025-09-03", "/pr/4": ""}
    site.answers["/sitemap.xml"] = xml(urlset(site, days))
    assert crawl(site, tmp_path)["listed"] == 3
    assert "/pr/1" not in site.asked


def test_only_the_sitemaps_that_are_wanted_are_read(site: Site, tmp_path: Path) -> None:
    sources(tmp_path, site, more="    sitemaps: news\n    pages: 2\n")
    site.answers["/sitemap.xml"] = xml(index(site, "/tags.xml", "/news1.xml", "/news2.xml"))
    site.answers["/news1.xml"] = xml(urlset(site, {"/pr/1": ""}))
    assert crawl(site, tmp_path)["new_statements"] == 1
    assert not {"/tags.xml", "/news2.xml"} & set(site.asked)


def test_an_index_that_names_itself_ends(site: Site, tmp_path: Path) -> None:
    sources(tmp_path, site)
    site.answers["/sitemap.xml"] = xml(index(site, "/sitemap.xml", "/b.xml"))
    site.answers["/b.xml"] = xml(index(site, "/sitemap.xml", "/b.xml", "/c.xml"))
    site.answers["/c.xml"] = xml(urlset(site, {"/pr/1": ""}))
    assert crawl(site, tmp_path)["exit"] == 0
    assert site.asked.count("/b.xml") == 1


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "is no sitemap"),
        (b"<html><body>Sign in</body></html>", "its root is <html>"),
        (HEAD.encode() + f"<urlset {NAMES}></urlset>".encode(), "without any address"),
        (HEAD.encode() + f"<urlset {NAMES}><url><loc>https://a".encode(), "without any address"),
        (gzip.compress(b"<urlset/>", mtime=0)[:-4], "cut short"),
        (b"\x1f\x8b\x08 and no more", "damaged gzip"),
        (gzip.compress(b" " * (65 * 1024 * 1024), mtime=0), "unpacks to more than"),
    ],
)
def test_a_broken_sitemap_is_not_read_as_one_that_lists_nothing(
    body: bytes, reason: str, site: Site, tmp_path: Path
) -> None:
    sources(tmp_path, site)
    channel = open_channel(read_source(tmp_path / "sources" / "xa" / "xa_light.yml"))
    response = kept_response(f"{site.url}/sitemap.xml", body, {}, datetime(2025, 9, 2, tzinfo=UTC))
    with pytest.raises(ValueError, match=reason):
        read_listing(channel, response)


def test_a_broken_sitemap_is_a_fault_and_the_fallback_is_read(site: Site, tmp_path: Path) -> None:
    fallback = "    fallback:\n    - {{channel: sitemap, urls: ['{url}/b.xml'], links: /pr/}}\n"
    sources(tmp_path, site, more=fallback)
    site.html("/sitemap.xml", "Sign in")
    site.answers["/b.xml"] = xml(urlset(site, {"/pr/1": ""}))
    assert crawl(site, tmp_path)["listed"] == 1
    assert "its root is <html> - trying the next route" in issues(tmp_path)


def test_one_broken_sitemap_of_many_loses_no_other(site: Site, tmp_path: Path) -> None:
    sources(tmp_path, site)
    site.answers["/sitemap.xml"] = xml(index(site, "/a.xml", "/gone.xml", "/b.xml"))
    site.answers["/a.xml"] = xml(urlset(site, {"/pr/1": "", "/pr/2": ""})[:-25])
    site.answers["/b.xml"] = xml(urlset(site, {"/pr/3": ""}))
    summary = crawl(site, tmp_path)
    assert (summary["exit"], summary["new_statements"]) == (1, 2)
    told = issues(tmp_path)
    assert "/gone.xml answered 404" in told
    assert "/a.xml is not well-formed" in told


def test_an_index_that_leads_to_no_item_is_a_fault(site: Site, tmp_path: Path) -> None:
    sources(tmp_path, site)
    site.answers["/sitemap.xml"] = xml(index(site, "/a.xml", "/b.xml"))
    site.answers["/a.xml"] = xml(urlset(site, {"/news/1": ""}))
    site.answers["/b.xml"] = xml(urlset(site, {"/news/2": ""}))
    summary = crawl(site, tmp_path)
    assert (summary["exit"], summary["outcome"]) == (1, "faulty")
    assert "lists nothing. Has it changed?" in issues(tmp_path)


def test_a_bare_ampersand_breaks_no_address() -> None:
    body = f"{HEAD}<urlset {NAMES}><url><loc>https://a.example/?a=1&b=2</loc></url></urlset>"
    kind, places, complaint = read_sitemap(body.encode(), "https://a.example/s.xml")
    assert (kind, places, complaint) == ("urlset", [{"loc": "https://a.example/?a=1&b=2"}], None)


def test_the_place_that_a_cut_went_through_is_left_out() -> None:
    whole = f"{HEAD}<urlset {NAMES}><url><loc>https://a.example/1</loc></url>"
    cut = f"{whole}<url><loc>https://a.example/2"
    _, places, complaint = read_sitemap(cut.encode(), "https://a.example/s.xml")
    assert places == [{"loc": "https://a.example/1"}]
    assert complaint


def test_no_entity_is_read_from_elsewhere(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("secret")
    body = (
        f'<!DOCTYPE x [<!ENTITY a SYSTEM "file://{tmp_path}/secret">]>'
        f"<urlset {NAMES}><url><loc>https://a.example/&a;</loc></url></urlset>"
    )
    _, places, _ = read_sitemap(body.encode(), "https://a.example/s.xml")
    assert places == [{"loc": "https://a.example/"}]
