"""Versions: what a page says of the same text in other languages and places."""

import pytest
from parsel import Selector

from spiders.versions import versions_of

URL = "https://light.example/en/news/1"


def links(head: str) -> list[tuple[str, str | None, str | None]]:
    root = Selector(f"<html><head>{head}</head><body><p>Lamps.</p></body></html>")
    return [(each.relation, each.url, each.text) for each in versions_of(root, URL)]


@pytest.mark.parametrize(
    ("head", "found"),
    [
        (
            '<link rel="alternate" hreflang="FR" href="/fr/news/1">',
            [("version", "https://light.example/fr/news/1", "fr")],
        ),
        (f'<link rel="alternate" hreflang="en" href="{URL}/?utm_source=x">', []),
        ('<link rel="alternate" hreflang="x-default" href="/xx/news/1">', []),
        ('<link rel="alternate" hreflang="fr" href="/">', []),
        ('<link rel="alternate" hreflang="fr" href="https://[half">', []),
        ('<link rel="alternate" hreflang="fr" href="javascript:void(0)">', []),
        ('<link rel="alternate" type="application/rss+xml" href="/feed.xml">', []),
        (
            '<link rel="canonical" href="https://premier.example/news/77">',
            [("mirror", "https://premier.example/news/77", None)],
        ),
        ('<link rel="canonical" href="https://www.light.example/other/1">', []),
    ],
)
def test_only_what_leads_to_another_version_of_the_page_is_one(
    head: str, found: list[tuple[str, str | None, str | None]]
) -> None:
    assert links(head) == found
