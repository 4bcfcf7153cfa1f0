"""X's API v1.1, and the account archives that X hands out in much the same form."""

import re
from collections.abc import Iterator

from spiders.items import Linked
from spiders.platforms.x_posts import (
    Fields,
    Post,
    best_video,
    ends_in_own_link,
    fields_in,
    id_text,
    list_in,
    notice_in,
    plain,
    post_id_in,
    post_url,
    text_in,
    withheld_words,
)

_REPOSTED = re.compile(r"RT @(\w+): (.*)", re.DOTALL)


def read_post(post: object, *, is_archive: bool = False) -> Post:
    """Read a post.

    An account archive says of a repost only "RT @name: ..." with the name as a mention: its words
    are somebody else's.

    Raises:
        ValueError: it has no id or no text.
    """
    if not isinstance(post, dict):
        raise ValueError("is no JSON object")  # noqa: TRY004 - bad input, not a bad call
    post_id = _id(post, "id")
    text = _words(post)
    if post_id is None:
        raise ValueError("has no id (id_str)")
    if text is None:
        raise ValueError("has no text (full_text)")
    history = _history(post, post_id)
    withheld = _withheld(post)
    repost = _repost(post, text, is_archive=is_archive)
    notice = notice_in(text, withheld)
    links = [repost] if repost else list(_linked(post))
    user = fields_in(post, "user")
    return Post(
        id=post_id,
        history=history,
        text="" if repost or notice else text,
        is_cut=not repost and _is_cut(post, text, history),
        notice=notice,
        created_at=text_in(post, "created_at"),
        language=text_in(post, "lang"),
        username=text_in(user, "screen_name"),
        author_id=_id(user, "id"),
        linked=tuple(links),
        withheld=withheld,
    )


def _id(holder: Fields, name: str) -> str | None:
    """Take the id as text: as a number, JavaScript has rounded it."""
    return id_text(holder.get(f"{name}_str")) or id_text(holder.get(name))


def _words(post: Fields) -> str | None:
    extended = text_in(fields_in(post, "extended_tweet"), "full_text")
    found = extended or text_in(post, "full_text") or post.get("text")
    return plain(found) if isinstance(found, str) else None


def _is_cut(post: Fields, text: str, history: tuple[str, ...]) -> bool:
    if "extended_tweet" in post:
        return False
    urls = _entities(post, "urls")
    address = text_in(urls[-1], "expanded_url") if urls else None
    return post.get("truncated") is True or ends_in_own_link(text, history, address)


def _history(post: Fields, post_id: str) -> tuple[str, ...]:
    """Name all versions: the API and the archive each tell of them in their own way."""
    told = fields_in(post, "edit_info")
    edit = fields_in(told, "edit")
    named = [
        *_ids(fields_in(told, "initial"), "editTweetIds"),
        *_ids(fields_in(edit, "editControlInitial"), "editTweetIds"),
        *_ids(fields_in(post, "edit_history"), "edit_tweet_ids"),
        edit.get("initialTweetId"),
        fields_in(post, "edit_history").get("initial_tweet_id"),
    ]
    return tuple(sorted({*filter(None, map(id_text, named)), post_id}, key=int))


def _ids(holder: Fields, name: str) -> list[object]:
    found = holder.get(name)
    return found if isinstance(found, list) else []


def _repost(post: Fields, text: str, *, is_archive: bool) -> Linked | None:
    original = fields_in(post, "retweeted_status")
    if original:
        return _other("repost", original, _id(original, "id"))
    found = _REPOSTED.match(text) if is_archive else None
    mentioned = {text_in(each, "screen_name") for each in _entities(post, "user_mentions")}
    if found and found[1] in mentioned:
        return Linked(relation="repost", url=f"https://x.com/{found[1]}", text=found[2])
    return None


def _linked(post: Fields) -> Iterator[Linked]:
    answered = _id(post, "in_reply_to_status_id")
    if answered:
        name = text_in(post, "in_reply_to_screen_name")
        yield Linked(relation="reply_to", id=answered, url=post_url(name, answered))
    quoted = _id(post, "quoted_status_id") or _id(fields_in(post, "quoted_status"), "id")
    if quoted:
        yield _quote(post, quoted)
    for each in _media(post):
        films = best_video(list_in(fields_in(each, "video_info"), "variants"), "bitrate")
        url = films or text_in(each, "media_url_https") or text_in(each, "media_url")
        alt_text = text_in(each, "ext_alt_text")
        yield Linked(relation="media", id=_id(each, "id"), url=url, text=alt_text)
    for each in _entities(post, "urls"):
        address, short = text_in(each, "expanded_url"), text_in(each, "url")
        if not quoted or post_id_in(address) != quoted:
            yield Linked(relation="link", url=address or short, text=short)


def _quote(post: Fields, quoted: str) -> Linked:
    whole = fields_in(post, "quoted_status")
    if whole:
        return _other("quote", whole, quoted)
    address = text_in(fields_in(post, "quoted_status_permalink"), "expanded")
    name = re.search(r"//[^/]+/(\w+)/status/", address or "")
    return Linked(relation="quote", id=quoted, url=post_url(name[1] if name else None, quoted))


def _other(relation: str, other: Fields, other_id: str | None) -> Linked:
    name = text_in(fields_in(other, "user"), "screen_name")
    return Linked(
        relation="repost" if relation == "repost" else "quote",
        id=other_id,
        url=post_url(name, other_id) if other_id else None,
        text=_words(other) or None,
    )


def _entities(post: Fields, kind: str) -> list[Fields]:
    """Take entities of one kind from where the whole text has them."""
    whole = fields_in(fields_in(post, "extended_tweet"), "entities")
    return list_in(whole or fields_in(post, "entities"), kind)


def _media(post: Fields) -> list[Fields]:
    for holder in (fields_in(post, "extended_tweet"), post):
        found = list_in(fields_in(holder, "extended_entities"), "media")
        if found:
            return found
    return _entities(post, "media")


def _withheld(post: Fields) -> str | None:
    return withheld_words(
        post.get("withheld_in_countries"),
        text_in(post, "withheld_scope"),
        is_copyright=post.get("withheld_copyright") is True,
    )
