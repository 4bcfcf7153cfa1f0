"""The parts of `onrecord sources try`: addresses, blocks, dates, selectors, whereabouts."""

import re

import pytest
from parsel import Selector
from trial import NOW

from onrecord.trying.drafting import Office
from onrecord.trying.item_addresses import address_pattern
from onrecord.trying.item_pages import guess_item_page
from onrecord.trying.listings import guess_listings, guess_next
from onrecord.trying.selecting import elements, select
from onrecord.trying.ways import date_reader
from onrecord.trying.whereabouts import country_of, date_order_of, source_name, timezone_of
from spiders.prose import MainText

URL = "https://l.example/news"
IS_DATE = date_reader(Office("xx_office", None, None, URL, "en", "DMY"), NOW)
NAV = '<nav><a href="/about">About us</a> <a href="/map">Map of it</a> <a href="/me">You</a></nav>'


def guess(body: str) -> dict[str, str]:
    return guess_listings(Selector(f"<html><body>{NAV}{body}</body></html>"), URL, IS_DATE)[
        0
    ].options


def items(block: str, count: int = 5) -> str:
    made = (block.replace("#", str(n)).replace("DAY", f"{n} May 2026") for n in range(1, count + 1))
    return "".join(made)


PLAIN = '<li><a href="/news/#">The keepers light lamp # again</a></li>'
DAYS = f"""<div id="list"><h5>1 May 2026</h5><ul>{items(PLAIN, 3)}</ul>
<h5>2 May 2026</h5><ul>{items(PLAIN, 9).replace("/news/", "/news/x")}</ul></div>"""
LINK = '<a href="/news/#">The keepers light lamp # again</a>'


@pytest.mark.parametrize(
    ("body", "options"),
    [
        (
            f"<ul class='news'>{items(f'<li>{LINK} <time>DAY</time></li>')}</ul>",
            {"entry": ".news > li", "title": "a", "published": "time"},
        ),
        (
            items(f"<div class='teaser teaser-#'><p class='date'>DAY</p><h3>{LINK}</h3></div>"),
            {"entry": ".teaser", "title": "a", "published": ".date"},
        ),
        (  # a picture that links to the item too, and a link to its topic before
            items(
                "<article><a class='topic' href='/topic/#'>Topic</a><h2>"
                f"{LINK}</h2><a href='/news/#'><img></a><span>DAY</span></article>"
            ),
            {
                "entry": "article",
                "link": "h2 a::attr(href)",
                "title": "h2 a",
                "published": "span",
            },
        ),
        (  # the link says the same everywhere
            items("<div class='card'><h4>Lamp #</h4>DAY<a href='/news/#'>Read more</a></div>"),
            {"entry": ".card", "title": "h4", "published": ".card::text"},
        ),
        (  # dates stand above the entries of a day
            DAYS,
            {"entry": "#list li", "title": "a", "published_above": "h5"},
        ),
        (  # an undated list is read by addresses
            f"<ul>{items(PLAIN)}</ul>",
            {"links": r"l\.example/news/\d+/?(?:[?#]|$)"},
        ),
        (  # the day on which a page is looked at dates nothing
            f"<div><p class='today'>1 May 2026</p></div><main><ul>{items(PLAIN)}</ul></main>",
            {"links": r"l\.example/news/\d+/?(?:[?#]|$)"},
        ),
    ],
)
def test_a_repeated_block_is_found(body: str, options: dict[str, str]) -> None:
    assert guess(body) == options


@pytest.mark.parametrize(
    ("paths", "pattern"),
    [
        (["/n/1", "/n/22", "/n/333"], r"l\.example/n/\d+/?(?:[?#]|$)"),
        (["/n/a.html", "/n/b.html"], r"l\.example/n/[^/?#]+\.html/?(?:[?#]|$)"),
        (
            ["/news/a-1", "/news/b-2", "/talks/c", "/talks/d"],
            r"l\.example/(?:news|talks)/[^/?#]+/?(?:[?#]|$)",
        ),
        (["/n/2026/05/a", "/n/2026/06/b/c"], r"l\.example/n/2026/[^?#]+"),
        (["/v.asp?id=1&l=en", "/v.asp?id=2&l=en"], r"l\.example/v\.asp\?(?:.*&)?id=[^&#]+"),
    ],
)
def test_addresses_give_a_pattern(paths: list[str], pattern: str) -> None:
    urls = [f"https://l.example{path}" for path in paths]
    others = ["https://l.example/about", "https://l.example/"]
    assert address_pattern(urls, others, "https://l.example/news") == pattern
    assert all(re.search(pattern, url) for url in urls)


def test_addresses_that_tell_nothing_give_none() -> None:
    urls = ["https://l.example/a", "https://l.example/b"]
    assert address_pattern(urls, [f"https://l.example/{n}" for n in range(9)]) is None
    assert address_pattern(urls, [], "https://l.example/news") is None
    assert address_pattern(["https://a.example/n/1", "https://b.example/n/2"], []) is None


def test_a_selector_selects_just_what_is_wanted() -> None:
    page = Selector(
        "<div id='a1234'><p class='x odd'>1</p><p class='x even'>2</p></div><div><p class='y'>3</p>"
        "</div><ul><li>4</li></ul><ol><li>5</li></ol>"
    )
    assert select(page, elements(page, ".x")) == ".x"
    assert select(page, elements(page, "ul li")) == "ul > li"
    assert select(page, [elements(page, "p")[0]]) is None  # odd and the number say nothing


@pytest.mark.parametrize(
    ("body", "css"),
    [
        ('<a rel="next" href="?p=2">x</a>', 'a[rel~="next"]::attr(href)'),
        ('<li class="pager-next"><a href="?p=2">x</a></li>', ".pager-next a::attr(href)"),
        ('<a class="next" href="#">x</a>', None),
        ("<a href='?p=2'>2</a>", None),
    ],
)
def test_the_way_to_older_entries_is_found_by_its_name(body: str, css: str | None) -> None:
    assert guess_next(Selector(body)) == css


def test_what_changes_at_every_look_is_left_out_of_a_text() -> None:
    words = "We thank the keepers of the lighthouse for their long service."
    page = Selector(
        "<h1>Lamps</h1><p class='day'>1 May 2026</p><div class='body'><div class='share'>Send</div>"
        f"<p>{words}</p><p class='views'>Seen 7 times</p><p>{words[::-1]}</p>"
        "<div class='more'><a>Other lamps</a></div></div>"
    )
    main = MainText("Lamps", f"{words}\n\nSeen 7 times\n\n{words[::-1]}", None)
    guessed = guess_item_page(page, main, IS_DATE, "Lamps", needs_date=True)
    assert guessed == {
        "title": "h1",
        "text": ".body",
        "published": ".day",
        "remove": ".share, .views, .more",
    }
    assert "published" not in guess_item_page(page, main, IS_DATE, "Lamps", needs_date=False)


@pytest.mark.parametrize(
    ("url", "tag", "country", "name", "zone"),
    [
        ("https://www.mofa.gov.pk/x", None, "pk", "pk_mofa", "Asia/Karachi"),
        ("https://press.un.org/en", "en", "un", "un_un", "America/New_York"),
        ("https://www.army.mil/", "en", "us", "us_army", "America/New_York"),
        ("https://www.mfa.gov.md/", None, "md", "md_mfa", "Europe/Chisinau"),
        ("https://a.lights.co.uk/", None, "gb", "gb_lights", "Europe/London"),
        ("https://lights-of.example/", "pt-BR", "br", "br_lightsof", "America/Sao_Paulo"),
        ("http://127.0.0.1:8000/", "en", None, "xx_office", None),
    ],
)
def test_an_address_tells_the_country(
    url: str, tag: str | None, country: str | None, name: str, zone: str | None
) -> None:
    assert country_of(url, tag) == country
    assert source_name(url, country) == name
    assert timezone_of(country) == zone
    assert date_order_of(country) == ("MDY" if country == "us" else "DMY")
