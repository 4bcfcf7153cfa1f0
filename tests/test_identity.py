"""Identity: which addresses are those of one statement."""

import pytest

from spiders.identity import is_same_page, leads_nowhere, native_id


@pytest.mark.parametrize(
    ("url", "identifier"),
    [
        ("http://tides.example/news/1/", "tides.example/news/1"),
        ("https://tides.example/news/1#top", "tides.example/news/1"),
        ("https://tides.example/news/1?utm_source=x&fbclid=2", "tides.example/news/1"),
        ("https://tides.example/news?b=2&a=1", "tides.example/news?a=1&b=2"),
        ("https://tides.example/", "tides.example"),
    ],
)
def test_an_address_is_made_canonical(url: str, identifier: str) -> None:
    assert native_id(url) == identifier


@pytest.mark.parametrize(
    ("url", "identifier"),
    [
        ("https://tides.example/page.aspx?PRID=17&lang=1", "17"),
        ("https://tides.example/about", "tides.example/about"),
    ],
)
def test_an_id_is_taken_from_the_address_where_it_has_one(url: str, identifier: str) -> None:
    assert native_id(url, r"PRID=(\d+)") == identifier


@pytest.mark.parametrize(
    ("asked", "answered", "is_same"),
    [
        ("http://tides.example/news/ferry", "https://tides.example/news/ferry", True),
        ("https://tides.example/news/ferry", "https://tides.example/news/ferry/", True),
        ("https://tides.example/news/ferry", "https://www.tides.example/2025/09/ferry", True),
        ("https://tides.example/104/ferry.html", "https://tides.example/105/ferry.html", True),
        ("https://tides.example/a/ferry/index.html", "https://tides.example/ferry/", True),
        ("https://tides.example/news/ferry?utm_source=x", "https://tides.example/news/ferry", True),
        ("https://tides.example/news/ferry", "https://tides.example/news/ferry?lang=en", True),
        ("https://tides.example/news/ferry", "https://tides.example/", False),
        ("https://tides.example/news/ferry", "https://tides.example", False),
        ("https://tides.example/ferry/index.html", "https://tides.example/index.html", False),
        ("https://tides.example/news/ferry", "https://tides.example/error.htm", False),
        ("https://tides.example/error/ferry", "https://tides.example/error", False),
        ("https://tides.example/home.aspx", "https://harbours.example/", False),
        ("https://tides.example/news/ferry", "https://tides.example/news/", False),
        ("https://tides.example/news/ferry", "https://tides.example/news/harbour", False),
        ("https://tides.example/news.aspx?id=1", "https://tides.example/news.aspx?id=2", False),
        ("https://tides.example/news.aspx?id=1", "https://tides.example/news.aspx", False),
        ("https://tides.example/news.aspx?id=1", "https://tides.example/a/news.aspx?id=1", True),
        ("https://tides.example/news/ferry", "https://tides.example/login?next=/news/ferry", False),
    ],
)
def test_a_redirect_leads_to_the_same_item_or_not(asked: str, answered: str, is_same: bool) -> None:
    assert is_same_page(asked, answered) == is_same


@pytest.mark.parametrize(
    ("asked", "answered", "is_same"),
    [
        ("https://tides.example/r/12/ferry", "https://tides.example/release/12", True),
        ("https://tides.example/r/12/ferry", "https://tides.example/r/13/ferry", False),
        ("https://tides.example/r/12/ferry", "https://tides.example/old/ferry", True),
        ("https://tides.example/r/12", "https://tides.example/", False),
    ],
)
def test_an_id_in_the_address_decides(asked: str, answered: str, is_same: bool) -> None:
    assert is_same_page(asked, answered, r"/(?:r|release)/(\d+)") == is_same


@pytest.mark.parametrize(
    "path", ["", "/", "/index.html", "/home", "/Error.htm", "/x/404", "/login"]
)
def test_addresses_that_lead_nowhere(path: str) -> None:
    assert leads_nowhere(f"https://tides.example{path}")


@pytest.mark.parametrize("path", ["/news/ferry", "/news/errors-in-the-tables", "/p/1"])
def test_addresses_that_lead_somewhere(path: str) -> None:
    assert not leads_nowhere(f"https://tides.example{path}")
