"""The demo's posts and its PDF file: as their servers give them."""

import json
import re
from collections.abc import Iterator

import pytest
from test_demo_web import REAL, STATEMENTS, get

from onrecord.demo.printed_pdf import write_pdf
from onrecord.demo.social import Post, profiles
from onrecord.demo.story import url_of
from onrecord.demo.web import DemoWeb
from spiders.pdf import extract

SPOKEN_OF = {"Japan", "Japon", "Kenya", "Norvège", "Norway", "Switzerland", "UN"}
"""What of the real world the posts speak of, so that there is something to find in them."""


@pytest.fixture
def web() -> Iterator[DemoWeb]:
    with DemoWeb() as running:
        yield running


DOLVET, FEXLEY = profiles()


@pytest.mark.parametrize("post", [*DOLVET.posts, *FEXLEY.posts], ids=lambda each: each.id)
def test_post_is_short_and_speaks_of_no_real_person(post: Post) -> None:
    words = re.findall(r"[^\W\d_]+(?:-[^\W\d_]+)*", post.text)
    assert 8 <= len(words) <= 60
    assert set(words) & REAL <= SPOKEN_OF
    assert not {"'", '"'} & set(post.text), "quotation marks are typographic"


def test_two_ministers_post_about_each_other_often_enough_for_a_mean_of_each_month() -> None:
    for account, other in ((DOLVET, "Tessaun"), (FEXLEY, "Ostramer")):
        for month in (8, 9, 10):
            posts = [
                each for each in account.posts if (each.at.year, each.at.month) == (2026, month)
            ]
            assert len(posts) >= 24
            assert sum(other in each.text for each in posts) >= 20
    times = [each.at for each in (*DOLVET.posts, *FEXLEY.posts)]
    assert len(set(times)) == len(times)


def test_posts_are_paged_and_one_tells_its_history(web: DemoWeb) -> None:
    list_of = "/api/v1/accounts/9/statuses?limit=30"
    found: list[str] = []
    while page := json.loads(get(web, f"{list_of}&max_id={found[-1] if found else ''}")[2]):
        found += [each["id"] for each in page]
    assert found == [each.id for each in DOLVET.posts]
    assert found == sorted(found, key=int, reverse=True)
    originals = json.loads(get(web, "/api/v1/accounts/9/statuses?exclude_reblogs=true&limit=99")[2])
    assert len(originals) == len(found) - 1
    (edited,) = (each for each in DOLVET.posts if each.earlier)
    told = json.loads(get(web, f"/api/v1/statuses/{edited.id}/history")[2])
    assert [each["created_at"] for each in told] == [
        "2026-05-29T12:00:00.000Z",
        "2026-05-29T12:25:00.000Z",
    ]
    status = json.loads(get(web, f"/api/v1/statuses/{edited.id}")[2])
    assert (status["uri"], status["content"]) == (
        DOLVET.uri_of(edited, web.base_url),
        told[1]["content"],
    )
    assert get(web, "/api/v1/statuses/1")[0] == get(web, f"/@dolvet/{edited.id}0")[0] == 404


def test_a_pdf_file_is_small_and_the_same_every_time(web: DemoWeb) -> None:
    (plan,) = (each for each in STATEMENTS if each.is_pdf)
    path = url_of("xt_mod", plan, web.base_url)
    assert get(web, path) == get(web, path)
    body = write_pdf("Costs (in crowns)", ["Half \\ of it, “as agreed”.", "The rest."])
    assert len(body) < 2_000
    pdf = extract(body)
    assert (pdf.title, pdf.pages) == (
        "Costs (in crowns)",
        ("Half \\ of it, “as agreed”.", "The rest."),
    )
