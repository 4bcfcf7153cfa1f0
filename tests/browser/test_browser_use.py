"""What readers do on the pages, done in a browser."""

from typing import TYPE_CHECKING

import pytest
from browsing import ARABIC, HARBOUR, row_path
from watched import opened

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

LIST = "table.rows-and-columns tbody tr"


def test_a_known_word_is_found_from_the_header(demo: str, chromium: "Browser") -> None:
    with opened(chromium, demo) as window:
        window.go("/-/changes")
        window.page.get_by_role("navigation", name="Rooms").get_by_label("Search").fill("vessels")
        window.page.keyboard.press("Enter")
        window.page.wait_for_url("**/-/search?q=vessels")
        found = window.page.locator("ol.found > li")
        assert 0 < found.count() < 10
        assert any("Two new rescue vessels" in each for each in found.all_inner_texts())
        assert window.troubles() == []


def test_a_facet_narrows_the_list(demo: str, chromium: "Browser") -> None:
    with opened(chromium, demo) as window:
        window.go("/archive/statements")
        everything = window.page.locator(LIST).count()
        window.page.locator(".facet-info").get_by_role("link", name="speech", exact=True).click()
        window.page.wait_for_url("**kind=speech**")
        kinds = window.page.locator("td.col-kind").all_inner_texts()
        assert 0 < len(kinds) < everything
        assert set(kinds) == {"speech"}


def test_a_column_sorts_the_list(demo: str, chromium: "Browser") -> None:
    with opened(chromium, demo) as window:
        window.go("/archive/statements")
        window.page.locator("th.col-published_at a").first.click()
        window.page.wait_for_url("**_sort=published_at**")
        dates = window.page.locator("td.col-published_at").all_inner_texts()
        assert len(dates) > 10
        assert window.page.locator("th[aria-sort=ascending]").count() == 1


def test_an_edit_shows_what_went_and_what_came(small: str, chromium: "Browser") -> None:
    with opened(chromium, small) as window:
        window.go(row_path(HARBOUR))
        went = window.page.locator(".beside del").all_inner_texts()
        came = window.page.locator(".beside ins").all_inner_texts()
        assert {"further", "4"} <= {text.strip() for text in went}
        assert {"furthering", "6"} <= {text.strip() for text in came}
        lines = [window.page.locator(f".beside {name}").first for name in ("del", "ins")]
        looks = [each.evaluate("it => getComputedStyle(it).textDecorationLine") for each in lines]
        assert looks == ["line-through", "underline"]


def test_words_from_right_to_left_are_set_so(small: str, chromium: "Browser") -> None:
    with opened(chromium, small) as window:
        window.go(row_path(ARABIC))
        words = [window.page.locator("h1"), window.page.locator(".prose p").first]
        assert [each.evaluate("it => getComputedStyle(it).direction") for each in words] == [
            "rtl",
            "rtl",
        ]
        assert window.page.evaluate("getComputedStyle(document.body).direction") == "ltr"


def test_the_keyboard_reaches_everything_and_shows_where_it_is(
    demo: str, chromium: "Browser"
) -> None:
    with opened(chromium, demo) as window:
        window.go("/archive/statements")
        assert focused(window.page) == "To the content"
        reached = [focused(window.page) for _ in range(12)]
        assert {"Statements", "People", "Changes"} <= set(reached)
        window.go("/archive/statements")
        focused(window.page)
        window.page.keyboard.press("Enter")
        assert window.page.evaluate("document.activeElement.id") == "content"


def focused(page: "Page") -> str:
    """Go on by one, and see that a reader sees where that is."""
    page.keyboard.press("Tab")
    text, shown, box = page.evaluate(
        """() => {
            const it = document.activeElement, box = it.getBoundingClientRect();
            const looks = [it, it.parentElement].map(each => getComputedStyle(each));
            return [it.innerText?.trim().split("\\n")[0] || it.name || it.id,
                looks.some(look => look.outlineStyle !== "none" || look.boxShadow !== "none"),
                box.width * box.height > 0 && box.top >= 0];
        }"""
    )
    assert shown, f"nothing shows that {text!r} has the focus"
    assert box, f"{text!r} has the focus and cannot be seen"
    return str(text)


def test_an_article_is_checked(demo: str, chromium: "Browser") -> None:
    with opened(chromium, demo) as window:
        window.go("/archive/statements?title__contains=condolences&language=en")
        link = window.page.locator(f"{LIST} td.col-title a").first
        link.click()
        window.page.wait_for_load_state()
        sentence = window.page.locator(".prose p").first.inner_text().split(". ")[0]
        window.go("/-/check")
        window.page.get_by_label("Text of an article").fill(f"“{sentence},” the ministry said.")
        window.page.get_by_role("button", name="Check").click()
        answer = window.page.locator("#answer")
        answer.wait_for()
        assert "verbatim" in answer.inner_text().lower()


def test_a_question_in_sql_is_answered(demo: str, chromium: "Browser") -> None:
    with opened(chromium, demo) as window:
        window.go("/archive?sql=select+1")
        editor = window.page.locator(".CodeMirror")
        editor.wait_for()
        editor.click()
        window.page.keyboard.press("ControlOrMeta+A")
        window.page.keyboard.type("select kind, count(*) as n from statements group by kind")
        window.page.get_by_role("button", name="Run SQL").click()
        window.page.wait_for_url("**group+by+kind**")
        assert "speech" in window.page.locator(LIST).all_inner_texts().__str__()
        assert window.troubles() == []
