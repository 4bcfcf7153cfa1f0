"""A post on X, whichever of X's formats it came in, and the statements that it makes."""

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from html import unescape
from typing import Any, Literal

from archive.clock import utc_text
from archive.records import Capture
from spiders.items import Linked, StatementItem

Fields = Mapping[str, Any]

API = "X API v2: whole text, &amp; &lt; &gt; read"
"""How words are read from X's API v2, by the channel and from files."""

CLASSIC = "X API v1.1: whole text, &amp; &lt; &gt; read"
"""How words are read from what has the form of X's API v1.1."""

_CUT = ", cut short by X"
_ESCAPES = re.compile(r"&(?:amp|lt|gt);")
_HANDLE = re.compile(r"[A-Za-z0-9_]{1,20}")
_NOTICE = re.compile(r"(?:@\w+'s account|This (?:Tweet|Post)\b.*?) has been withheld\b", re.DOTALL)
_STATUS = re.compile(r"//(?:\w+\.)*(?:x|twitter)\.com/.*?/status(?:es)?/(\d+)")
_ID = re.compile(r"\d{1,19}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """One version of a post."""

    id: str
    """The id of this version."""

    history: tuple[str, ...]
    """The ids of all versions, first to last; one for a post that was never edited."""

    text: str
    """The account's own words: none for a repost, and none where X shows a notice instead."""

    is_cut: bool = False
    """Whether X gave only the beginning of the words."""

    notice: str | None = None
    """X's words in the place of the account's, with where it withholds them."""

    created_at: str | None = None
    """When this version was posted, as X prints it."""

    language: str | None = None
    """What X takes the language for."""

    username: str | None = None
    """Who posted it."""

    author_id: str | None = None
    """X's id of who posted it."""

    linked: tuple[Linked, ...] = ()
    """What it refers to."""

    withheld: str | None = None
    """Where X withholds the post, in words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where posts were read."""

    capture: Capture
    place: str
    """The feed or the format, as routes name it."""

    reading: str
    """How the words were read: `API` or `CLASSIC`."""

    username: str | None = None
    """Whose posts they are, where the posts do not say."""

    witness: Literal["import"] | None = None
    seen_at: str | None = None
    """When the witness saw them."""


def statements(versions: Sequence[Post], origin: Origin) -> Iterator[StatementItem]:
    """Make statements of the versions of one post that are at hand, oldest first.

    All have one identity: the id of the first version. An earlier version is what the publisher
    showed from the time of that version on, and says nothing of today.
    """
    in_order = sorted(versions, key=lambda post: int(post.id))
    first = in_order[0]
    for post in in_order:
        is_current = post.id == post.history[-1]
        username = post.username or origin.username
        yield StatementItem(
            native_id=post.history[0],
            url=post_url(username, post.id),
            kind="post",
            text=post.text,
            published_raw=(first if first.id == first.history[0] else post).created_at,
            updated_raw=post.created_at if post.id != post.history[0] else None,
            language=post.language,
            account=f"x/{username}" if username else None,
            withdrawn=post.notice,
            linked=(*post.linked, *_own_notice(post, username), *_version(post, username)),
            route=route_of(origin.place, origin.reading, is_cut=post.is_cut),
            capture=origin.capture,
            witness=origin.witness if is_current else origin.witness or "publisher",
            seen_at=origin.seen_at if is_current else moment(post.created_at) or origin.seen_at,
        )


def route_of(place: str, reading: str, *, is_cut: bool = False) -> str:
    """Name a route: what X has cut short is never compared with whole words."""
    digest = hashlib.sha256((reading + _CUT * is_cut).encode()).hexdigest()[:8]
    return f"{place} #{digest}"


def post_url(username: str | None, post_id: str) -> str:
    """Name the address of a post, which X finds by its id alone."""
    who = username if username and _HANDLE.fullmatch(username) else "i/web"
    return f"https://x.com/{who}/status/{post_id}"


def post_id_in(url: str | None) -> str | None:
    """Find the id of a post in its address."""
    found = _STATUS.search(url or "")
    return found[1] if found else None


def id_text(written: object) -> str | None:
    """Take an id, a text or a number of up to 64 bits; None for what is no id."""
    if isinstance(written, int) and not isinstance(written, bool):
        written = str(written)
    return written if isinstance(written, str) and _ID.fullmatch(written) else None


def plain(text: str) -> str:
    """Read &amp; &lt; and &gt;, the three that X writes; a text with a bare one was not escaped."""
    rest = _ESCAPES.sub("", text)
    if any(each in rest for each in "<>&"):
        return text
    return _ESCAPES.sub(lambda found: unescape(found[0]), text)


def ends_in_own_link(text: str, own_ids: Sequence[str], expanded: str | None) -> bool:
    """Tell whether words break off, with a link to the post itself for the rest."""
    return bool(re.search(r"… https://t\.co/\w+$", text)) and post_id_in(expanded) in own_ids


def notice_in(text: str, withheld: str | None) -> str | None:
    """Tell X's own notice from words of the account that X withholds somewhere."""
    return f"{withheld}: {text}" if withheld and _NOTICE.match(text) else None


def withheld_words(countries: object, scope: object, *, is_copyright: bool) -> str | None:
    """Say where X withholds a post."""
    codes = [str(each) for each in countries] if isinstance(countries, list) else []
    if not codes and not is_copyright:
        return None
    told = f"withheld by X in {', '.join(codes)}" if codes else "withheld by X"
    why = ["copyright"] * is_copyright + [f"the {scope}"] * bool(scope)
    return f"{told} ({', '.join(why)})" if why else told


def moment(created_at: str | None) -> str | None:
    """Read the time of a post, in either of X's two forms, as the archive writes times."""
    for read in (datetime.fromisoformat, _classic_time):
        try:
            found = read(created_at or "")
        except ValueError:
            continue
        return utc_text(found.replace(tzinfo=found.tzinfo or UTC).astimezone(UTC))
    return None


def fields_in(holder: Fields, name: str) -> Fields:
    """Take a member that should be an object; an empty one where it is not."""
    found = holder.get(name)
    return found if isinstance(found, dict) else {}


def list_in(holder: Fields, name: str) -> list[Fields]:
    """Take the objects of a member that should be a list of them."""
    found = holder.get(name)
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


def text_in(holder: Fields, name: str) -> str | None:
    """Take a member that should be a text with something in it."""
    found = holder.get(name)
    return found if isinstance(found, str) and found else None


def best_video(variants: Sequence[Fields], rate: str) -> str | None:
    """Choose the film of the highest rate; a playlist has no rate."""
    films = [each for each in variants if isinstance(each.get(rate), int) and text_in(each, "url")]
    best = max(films, key=lambda film: film[rate], default={})
    return text_in(best, "url")


def _classic_time(written: str) -> datetime:
    return datetime.strptime(written, "%a %b %d %H:%M:%S %z %Y")


def _version(post: Post, username: str | None) -> tuple[Linked, ...]:
    if len(post.history) == 1:
        return ()
    number = post.history.index(post.id) + 1
    words = f"version {number} of {len(post.history)}"
    return (Linked(relation="link", id=post.id, url=post_url(username, post.id), text=words),)


def _own_notice(post: Post, username: str | None) -> tuple[Linked, ...]:
    if post.notice is None:
        return ()
    url = post_url(username, post.id)
    return (Linked(relation="link", id=post.id, url=url, text=post.notice),)
