"""What pages state of their articles: day, publisher, address, posts; and nothing guessed."""

import json
from datetime import date

import pytest
from test_articles_read import read

from spiders.articles import ArticleError
from spiders.articles.stated_days import day_in_address, stated_day

DAY = date(2031, 3, 4)


def json_ld(**rest: object) -> str:
    described = {"@type": "NewsArticle", "headline": "Boats", **rest}
    return f'<script type="application/ld+json">{json.dumps(described)}</script>'


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("2031-03-04", DAY),
        ("2031-03-04T23:59:00-11:00", DAY),
        ("2031-03-04T00:10:00+0900", DAY),
        ("2031-03-04 08:00", DAY),
        ("20310304T080000Z", DAY),
        ("20310304", DAY),
        ("Tue, 04 Mar 2031 08:00:00 GMT", DAY),
        ("4 March 2031", DAY),
        ("March 4, 2031", DAY),
        ("04/03/2031", None),
        ("25/03/2031", date(2031, 3, 25)),
        ("March 2031", None),
        ("2031-02-30", None),
        ("0001-01-01T00:00:00", None),
        ("1970-01-01", None),
        ("yesterday", None),
        ("", None),
        (None, None),
    ],
)
def test_a_day_is_read_as_far_as_it_is_stated(written: str | None, day: date | None) -> None:
    assert stated_day(written) == day


@pytest.mark.parametrize(
    ("url", "day"),
    [
        ("https://a.example/2031/03/04/boats", DAY),
        ("https://a.example/2031/3/4/boats", DAY),
        ("https://a.example/news/2031-03-04-boats", DAY),
        ("https://a.example/20310304/boats", DAY),
        ("https://a.example/2031/03/boats", None),
        ("https://a.example/2031/03/04/to/2031/03/05/", None),
        ("https://a.example/boats-20310304", None),
        ("https://a.example/boats?d=/2031/03/04/", None),
        ("https://a.example/2031/13/44/boats", None),
        (None, None),
    ],
)
def test_a_day_in_an_address_is_read_if_there_is_just_one(
    url: str | None, day: date | None
) -> None:
    assert day_in_address(url) == day


@pytest.mark.parametrize(
    "head",
    [
        json_ld(datePublished="2031-03-04T10:00:00Z"),
        json_ld(datePublished="2031-03-04") + '<meta name="pubdate" content="2031-03-09">',
        '<meta property="article:published_time" content="2031-03-04T10:00:00+05:30">',
        '<meta name="DC.date.issued" content="2031-03-04">',
        (
            '<script type="application/ld+json">{"@type": "NewsArticle", "headline": "a "b" c",'
            '"datePublished": "2031-03-04"}</script>'
        ),
        (
            '<script type="application/ld+json"><!-- {"@type": "Article",'
            ' "datePublished": "2031-03-04"} --></script>'
        ),
    ],
)
def test_the_day_of_publication_is_taken_from_what_states_it(head: str) -> None:
    assert read("", head).published_on == DAY


@pytest.mark.parametrize(
    "inner",
    [
        "<p>Published on <time itemprop='datePublished' datetime='2031-03-04T10:00'>x</time></p>",
        "<p><time pubdate datetime='2031-03-04'>4 March</time></p>",
    ],
)
def test_the_day_of_publication_is_taken_from_marked_times(inner: str) -> None:
    assert read(inner).published_on == DAY


@pytest.mark.parametrize(
    ("head", "inner"),
    [
        ("", "<p>Updated <time datetime='2031-03-04'>4 March 2031</time></p>"),
        ("", "<p>On 4 March 2031 it rained in Port Ode, as it does on most days.</p>"),
        (json_ld(dateModified="2031-03-04"), ""),
        ('<meta property="article:modified_time" content="2031-03-04">', ""),
        (json_ld(datePublished="2031-03-04", url="/x") + json_ld(datePublished="2031-03-05"), ""),
    ],
)
def test_no_day_is_guessed(head: str, inner: str) -> None:
    headless = head.replace('"headline": "Boats"', '"headline": "Ships"')
    assert read(inner, headless).published_on is None


def test_the_address_of_a_page_gives_the_day_only_if_nothing_else_does() -> None:
    url = "https://news.example/2031/03/09/boats"
    assert read("", url=url).published_on == date(2031, 3, 9)
    assert read("", json_ld(datePublished="2031-03-04"), url).published_on == DAY


def test_a_canonical_address_is_believed_on_its_own_site_only() -> None:
    own = '<link rel="canonical" href="/b?x=1">'
    other = '<link rel="canonical" href="https://other.example/b">'
    assert read("", own).url == "https://news.example/b?x=1"
    assert read("", other).url == "https://news.example/a"
    assert read("", other, url=None).url == "https://other.example/b"
    assert read("", url=None).url is None


def test_publisher_and_author_are_names() -> None:
    head = json_ld(
        publisher=[{"name": "The Quay &amp; Sons"}],
        author=[{"name": ["Ilse Brandt", "Piet Olsen"]}, "https://social.example/x"],
    )
    article = read("", head)
    assert article.publisher == "The Quay & Sons"
    assert article.author == "Ilse Brandt, Piet Olsen"


@pytest.mark.parametrize(
    ("inner", "url", "account"),
    [
        (
            '<iframe src="https://platform.twitter.com/embed/Tweet.html?dnt=1&id=1675915000000000000">',
            "https://x.com/i/web/status/1675915000000000000",
            None,
        ),
        (
            (
                '<blockquote class="mastodon-embed" data-embed-url="https://a.example/@ode/11/embed">'
                '<a href="https://a.example/@ode/11">Post by @ode@a.example</a></blockquote>'
            ),
            "https://a.example/@ode/11",
            "mastodon/ode@a.example",
        ),
        (
            '<iframe src="https://a.example/@ode@b.example/12/embed">',
            "https://a.example/@ode@b.example/12",
            "mastodon/ode@b.example",
        ),
        (
            '<iframe src="https://t.me/arvenna/7?embed=1">',
            "https://t.me/arvenna/7",
            "telegram/arvenna",
        ),
        (
            '<iframe src="https://truthsocial.com/@ode/posts/123/embed">',
            "https://truthsocial.com/@ode/posts/123",
            "truthsocial/ode",
        ),
        (
            (
                '<blockquote class="instagram-media" data-instgrm-permalink='
                '"https://www.instagram.com/reel/Cab_1/?x=1"><p><a href="#">A post shared by Ode'
                " (@mara.ode)</a></p></blockquote>"
            ),
            "https://www.instagram.com/reel/Cab_1/",
            "instagram/mara.ode",
        ),
        (
            (
                '<blockquote class="text-post-media" data-text-post-permalink='
                '"https://www.threads.net/@ode/post/Cab"><a href="#">View on</a></blockquote>'
            ),
            "https://www.threads.net/@ode/post/Cab",
            "threads/ode",
        ),
        (
            '<div class="fb-post" data-href="https://www.facebook.com/ode/posts/1?x=y"></div>',
            "https://www.facebook.com/ode/posts/1",
            None,
        ),
        (
            '<iframe src="https://embed.bsky.app/embed/did:plc:abc/app.bsky.feed.post/3kx?id=1">',
            "https://bsky.app/profile/did:plc:abc/post/3kx",
            None,
        ),
    ],
)
def test_a_post_that_is_only_framed_is_named_and_has_no_words(
    inner: str, url: str, account: str | None
) -> None:
    article = read(f"<div>{inner}</iframe></div><p>She left the hall by the back door.</p>")
    (post,) = article.posts
    assert (post.url, post.account, post.text, post.span) == (url, account, "", None)
    assert "View on" not in article.text
    assert "shared by" not in article.text
    assert article.blocks == ()


@pytest.mark.parametrize(
    "frame",
    [
        "https://video.example/embed/1",
        "https://maps.example/@1,2/embed",
        "//x",
        "",
        "http://[",
        "https://platform.twitter.com/embed/Tweet.html?id=abc",
    ],
)
def test_other_frames_are_no_posts(frame: str) -> None:
    assert not read(f"<iframe src='{frame}'></iframe>").posts


def test_a_tweet_says_whose_words_and_when() -> None:
    inner = (
        "<p>Ode wrote:</p><blockquote class='twitter-tweet'><p>So say <a href='https://x.com/b/"
        "status/22'>others</a>. https://t.co/Ab1</p>&mdash; Mara Ode (@Mara_Ode) "
        "<a href='https://twitter.com/Mara_Ode/status/1675915000000000000?s=20'>x</a></blockquote>"
    )
    article = read(inner)
    (post,) = article.posts
    assert post.url == "https://x.com/Mara_Ode/status/1675915000000000000"
    assert (post.account, post.text) == ("x/Mara_Ode", "So say others.")
    assert post.published_on == date(2023, 7, 3)
    assert "https://t.co/Ab1" in article.text
    assert "— Mara Ode (@Mara_Ode)" in article.text


def test_a_wall_matters_only_where_the_words_are_missing() -> None:
    long = "<p>The harbour was full of ships, and the hall was full of people.</p>" * 25
    assert read(f"{long}<div class='paywall'></div>").text
    with pytest.raises(ArticleError, match="only the beginning"):
        read("<div class='paywall'></div>")
    with pytest.raises(ArticleError, match="only the beginning"):
        read(long, json_ld(isAccessibleForFree="http://schema.org/False", wordCount="2000"))
    assert read(long, json_ld(isAccessibleForFree=False, wordCount=330)).text
