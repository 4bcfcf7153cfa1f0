"""Embeds: posts of social media that a page shows, by the marks of each platform."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from urllib.parse import parse_qs, unquote, urlsplit

from lxml import etree, html

from spiders.platforms.x_posts import post_id_in, post_url

_EPOCH_OF_X = 1_288_834_974_657
_FIRST_SNOWFLAKE = 1 << 36
_X_STATUS = re.compile(r"(?:twitter|x)\.com/(?:#!/)?(\w+)/status(?:es)?/\d+", re.IGNORECASE)
_NOBODY = frozenset({"i", "web", "anyuser", "twitter"})
_MASTODON = re.compile(r"https?://([^/]+)/@([\w.-]+)(?:@([\w.-]+))?/(\d+)")
_BLUESKY = re.compile(r"https?://(?:bsky\.app|embed\.bsky\.app)/profile/([^/?#]+)/post/(\w+)")
_AT_URI = re.compile(r"at://([^/]+)/app\.bsky\.feed\.post/(\w+)")
_BLUESKY_NAME = re.compile(r"\(@?\s*@?([\w-]+(?:\.[\w-]+)+)\s*\)")
_X_NAME = re.compile(r"\(@(\w{1,15})\)")
_INSTAGRAM = re.compile(r"https?://(?:www\.)?instagram\.com/(?:[\w.]+/)?(p|reel|tv)/([\w-]+)")
_INSTAGRAM_NAME = re.compile(r"\(@([\w.]{1,30})\)")
_TELEGRAM = re.compile(r"^(?:https?://t\.me/(?:s/)?)?(\w{4,})/(\d+)")
_FACEBOOK = re.compile(r"https?://(?:www\.|m\.)?facebook\.com/[^?#]+")
_THREADS = re.compile(r"https?://(?:www\.)?threads\.(?:net|com)/@([\w.]+)/post/([\w-]+)")
_TRUTH = re.compile(r"https?://truthsocial\.com/@(\w+)/(?:posts/)?(\d+)")
_LINKS = etree.XPath(".//a/@href")


@dataclass(frozen=True, slots=True)
class Embed:
    """A post that a page shows, and which of its elements are the post's own words."""

    url: str
    account: str | None
    published_on: date | None
    words: str
    """`paragraphs`: its paragraphs are; `caption`: the first is, if another comes after it;
    `none`: all that is printed is the platform's frame."""


def embed_of(element: html.HtmlElement) -> Embed | None:
    """Tell which post an element shows; None where it shows none."""
    read = _READERS.get(element.tag)
    return read(element) if read else None


def _of_blockquote(quote: html.HtmlElement) -> Embed | None:
    tokens = _tokens(quote)
    for names, read in _BLOCKQUOTES.items():
        if tokens & names:
            return read(quote)
    return None


def _tokens(element: html.HtmlElement) -> set[str]:
    return set((element.get("class") or "").lower().split())


def _words_of(element: html.HtmlElement) -> str:
    return " ".join("".join(element.itertext()).split())


def _tweet(quote: html.HtmlElement) -> Embed | None:
    links = [str(link) for link in _LINKS(quote)]
    # The last one is the post's own; those before it may be of posts that it links to.
    own = next((link for link in reversed(links) if _X_STATUS.search(link)), None)
    return _x(own, _words_of(quote), "paragraphs") if own else None


def _x(address: str, words: str, kind: str) -> Embed | None:
    post_id = post_id_in(address)
    if post_id is None:
        return None
    named = _X_STATUS.search(address)
    handle = named[1] if named and named[1].lower() not in _NOBODY else None
    if handle is None and (printed := _X_NAME.findall(words)):
        handle = printed[-1]
    account = f"x/{handle}" if handle else None
    return Embed(post_url(handle, post_id), account, _day_of_x(int(post_id)), kind)


def _day_of_x(post_id: int) -> date | None:
    """Read the day that X's ids hold since late 2010."""
    if post_id < _FIRST_SNOWFLAKE:
        return None
    seconds = ((post_id >> 22) + _EPOCH_OF_X) / 1000
    try:
        return datetime.fromtimestamp(seconds, UTC).date()
    except (ValueError, OverflowError, OSError):
        return None


def _of_mastodon(quote: html.HtmlElement) -> Embed | None:
    links = [quote.get("data-embed-url") or "", *map(str, _LINKS(quote))]
    return next((found for link in links if (found := _mastodon(link))), None)


def _mastodon(address: str) -> Embed | None:
    found = _MASTODON.match(address)
    if found is None:
        return None
    server, name, home, number = found.groups()
    path = f"@{name}@{home}" if home else f"@{name}"
    account = f"mastodon/{name}@{home or server}".lower()
    return Embed(f"https://{server}/{path}/{number}", account, None, "none")


def _of_bluesky(quote: html.HtmlElement) -> Embed | None:
    links = [quote.get("data-bluesky-uri") or "", *map(str, reversed(_LINKS(quote)))]
    printed = _BLUESKY_NAME.findall(_words_of(quote))
    found = next((one for link in links if (one := _bluesky(link))), None)
    if found is None or not printed:
        return found
    return Embed(found.url, f"bluesky/{printed[-1].lower()}", None, "paragraphs")


def _bluesky(address: str, kind: str = "paragraphs") -> Embed | None:
    found = _AT_URI.match(address) or _BLUESKY.match(address)
    if found is None:
        return None
    who, key = unquote(found[1]), found[2]
    account = f"bluesky/{who.lower()}" if not who.startswith("did:") else None
    return Embed(f"https://bsky.app/profile/{who}/post/{key}", account, None, kind)


def _of_instagram(quote: html.HtmlElement) -> Embed | None:
    links = [quote.get("data-instgrm-permalink") or "", *map(str, _LINKS(quote))]
    words = _words_of(quote)
    return next((found for link in links if (found := _instagram(link, words))), None)


def _instagram(address: str, words: str) -> Embed | None:
    found = _INSTAGRAM.match(address)
    if found is None:
        return None
    named = _INSTAGRAM_NAME.findall(words)
    account = f"instagram/{named[-1]}" if named else None
    return Embed(f"https://www.instagram.com/{found[1]}/{found[2]}/", account, None, "caption")


def _telegram(address: str) -> Embed | None:
    found = _TELEGRAM.match(address)
    if found is None:
        return None
    return Embed(f"https://t.me/{found[1]}/{found[2]}", f"telegram/{found[1]}", None, "none")


def _facebook(address: str) -> Embed | None:
    found = _FACEBOOK.match(address)
    return Embed(found[0], None, None, "none") if found else None


def _of_threads(quote: html.HtmlElement) -> Embed | None:
    links = [quote.get("data-text-post-permalink") or "", *map(str, _LINKS(quote))]
    found = next((one for link in links if (one := _THREADS.match(link))), None)
    if found is None:
        return None
    url = f"https://www.threads.net/@{found[1]}/post/{found[2]}"
    return Embed(url, f"threads/{found[1]}", None, "none")


def _of_frame(frame: html.HtmlElement) -> Embed | None:
    """Read the address of a frame in which a platform shows a post."""
    address = frame.get("src") or frame.get("data-src") or ""
    address = f"https:{address}" if address.startswith("//") else address
    try:
        parts = urlsplit(address)
    except ValueError:
        return None
    read = _FRAMES.get((parts.hostname or "").removeprefix("www."))
    if read:
        return read(address, {name: each[0] for name, each in parse_qs(parts.query).items()})
    return _mastodon(address) if parts.path.endswith("/embed") else None


def _tweet_in_frame(_: str, asked: Mapping[str, str]) -> Embed | None:
    number = asked.get("id", "")
    return _x(post_url(None, number), "", "none") if number.isdecimal() else None


def _bluesky_in_frame(address: str, _: Mapping[str, str]) -> Embed | None:
    at = re.search(r"/embed/(did:[^/?]+)/app\.bsky\.feed\.post/(\w+)", unquote(address))
    return _bluesky(f"at://{at[1]}/app.bsky.feed.post/{at[2]}", "none") if at else None


def _truth_in_frame(address: str, _: Mapping[str, str]) -> Embed | None:
    found = _TRUTH.match(address)
    if found is None:
        return None
    url = f"https://truthsocial.com/@{found[1]}/posts/{found[2]}"
    return Embed(url, f"truthsocial/{found[1]}", None, "none")


def _amp_tweet(element: html.HtmlElement) -> Embed | None:
    number = element.get("data-tweetid") or ""
    return _x(post_url(None, number), "", "none") if number.isdecimal() else None


def _amp_instagram(element: html.HtmlElement) -> Embed | None:
    code = element.get("data-shortcode") or ""
    return _instagram(f"https://www.instagram.com/p/{code}/", "")


def _script(element: html.HtmlElement) -> Embed | None:
    return _telegram(element.get("data-telegram-post") or "")


def _division(element: html.HtmlElement) -> Embed | None:
    return _facebook(element.get("data-href") or "") if "fb-post" in _tokens(element) else None


_BLOCKQUOTES: Mapping[frozenset[str], Callable[[html.HtmlElement], Embed | None]] = {
    frozenset({"twitter-tweet", "twitter-video", "twitter-tweet-rendered"}): _tweet,
    frozenset({"bluesky-embed"}): _of_bluesky,
    frozenset({"mastodon-embed"}): _of_mastodon,
    frozenset({"instagram-media"}): _of_instagram,
    frozenset({"text-post-media"}): _of_threads,
}

_FRAMES: Mapping[str, Callable[[str, Mapping[str, str]], Embed | None]] = {
    "platform.twitter.com": _tweet_in_frame,
    "platform.x.com": _tweet_in_frame,
    "t.me": lambda address, _: _telegram(address),
    "facebook.com": lambda _, asked: _facebook(asked.get("href", "")),
    "instagram.com": lambda address, _: _instagram(address, ""),
    "embed.bsky.app": _bluesky_in_frame,
    "truthsocial.com": _truth_in_frame,
}
_READERS: Mapping[str, Callable[[html.HtmlElement], Embed | None]] = {
    "blockquote": _of_blockquote,
    "iframe": _of_frame,
    "script": _script,
    "div": _division,
    "amp-twitter": _amp_tweet,
    "amp-instagram": _amp_instagram,
}
TAGS = tuple(_READERS)
"""The elements that can be embedded posts."""
