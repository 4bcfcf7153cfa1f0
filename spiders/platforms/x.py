"""X's API v2: what an answer holds, in the words of `tweet.fields` or of `post.fields`.

X answers in the words it was asked in: `edit_history_tweet_ids`, `note_tweet` and
`includes.tweets`, or since OpenAPI 2.167 `edit_history_post_ids`, `note_post` and `includes.posts`.
twarc writes the same answers one a line, or a post a line with all it refers to inside.
"""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

from archive.charges import Given
from spiders.items import Linked, Relation
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

_RELATIONS: dict[object, Relation] = {
    "retweeted": "repost",
    "quoted": "quote",
    "replied_to": "reply_to",
}
_REPOSTED = re.compile(r"RT @(\w+): (.*)", re.DOTALL)
_OF_MEDIA = re.compile(r"/status/\d+/(?:photo|video)/\d+$")
_ANSWERS = ("data", "meta", "errors", "includes")


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """What X says of something it did not give."""

    about: str | None
    """The id it is about."""

    parameter: str | None
    """What asked for it: `ids`, `referenced_tweets.id` ..."""

    words: str
    """X's words."""

    kind: str
    """The last part of the problem's type, such as resource-not-found."""

    @property
    def is_of_what_was_asked(self) -> bool:
        """Tell whether it is about a post that was asked for, and not one referred to."""
        return self.parameter in {None, "ids", "id"}

    @property
    def says_deleted(self) -> bool:
        """Tell whether X says of this very post that it is no more."""
        return self.kind == "resource-not-found" and "suspended" not in self.words.lower()


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """An answer of the API, or a line of a file of them."""

    posts: tuple[Fields, ...] = ()
    """The posts that it is an answer of."""

    others: tuple[Fields, ...] = ()
    """The posts that those refer to, and their versions."""

    users: dict[str, str] = field(default_factory=dict)
    """User id to name."""

    asked_users: frozenset[str] = frozenset()
    """The ids of the users that it is an answer of."""

    media: dict[str, Fields] = field(default_factory=dict)
    polls: dict[str, Fields] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    strange: tuple[Any, ...] = ()
    """What stands among the posts and is none."""

    next_token: str | None = None
    retrieved_at: str | None = None
    """When twarc got it."""

    @property
    def post_ids(self) -> frozenset[str]:
        """Name every post that it gives, each once."""
        return frozenset(str(id_text(each["id"])) for each in (*self.posts, *self.others))

    @property
    def given(self) -> Given:
        """Count what X charges for."""
        return Given(posts=len(self.post_ids), users=len(self.users))

    def versions(self, more: Iterable[Fields] = ()) -> Iterator[list[Post]]:
        """Read the posts and some more, each with those of its versions that the answer gives."""
        found: dict[str, dict[str, Post]] = {
            _history(each)[0]: {} for each in chain(self.posts, more)
        }
        for each in (*self.posts, *self.others):
            first = _history(each)[0]
            if first in found and str(each["id"]) not in found[first]:
                found[first][str(each["id"])] = self.read(each)
        yield from (list(of_one.values()) for of_one in found.values())

    def read(self, post: Fields) -> Post:
        """Read a post that the answer gives."""
        history = _history(post)
        withheld = _withheld(post)
        linked = tuple(_Linking(self, post))
        text, is_cut = _words(post), False
        notice = notice_in(text, withheld)
        if notice or any(each.relation == "repost" for each in linked):
            text = ""
        elif not _note(post):
            urls = list_in(fields_in(post, "entities"), "urls")
            is_cut = ends_in_own_link(text, history, _address(urls[-1]) if urls else None)
        author = fields_in(post, "author")
        author_id = id_text(post.get("author_id"))
        return Post(
            id=str(post["id"]),
            history=history,
            text=text,
            is_cut=is_cut,
            notice=notice,
            created_at=text_in(post, "created_at"),
            language=text_in(post, "lang"),
            username=text_in(author, "username") or self.users.get(author_id or ""),
            author_id=author_id,
            linked=linked,
            withheld=withheld,
        )

    def other(self, post_id: str) -> Fields:
        """Find a post that the answer gives along with others; an empty one where it does not."""
        return next((each for each in self.others if str(each["id"]) == post_id), {})


def answer_in(body: bytes) -> Answer:
    """Read the body of an answer; ValueError where it is none."""
    try:
        return read_answer(json.loads(body))
    except RecursionError as error:
        raise ValueError("is nested beyond reason") from error


def read_answer(found: object) -> Answer:
    """Read an answer, or a post with all it refers to inside.

    Raises:
        ValueError: it is neither.
    """
    if not isinstance(found, dict):
        raise ValueError("is no JSON object")  # noqa: TRY004 - bad input, not a bad call
    if "data" not in found and _is_post(found):
        return _flat(found)
    if not any(name in found for name in _ANSWERS):
        raise ValueError(f"holds none of {', '.join(_ANSWERS)}")
    data = found.get("data")
    given = data if isinstance(data, list) else [] if data is None else [data]
    includes = fields_in(found, "includes")
    others = chain(list_in(includes, "tweets"), list_in(includes, "posts"))
    described = [each for each in given if isinstance(each, dict) and "username" in each]
    return Answer(
        posts=tuple(each for each in given if _is_post(each)),
        others=tuple(filter(_is_post, others)),
        users=_usernames([*list_in(includes, "users"), *described]),
        asked_users=frozenset(filter(None, (id_text(each.get("id")) for each in described))),
        media=_by_key(list_in(includes, "media"), "media_key"),
        polls=_by_key(list_in(includes, "polls"), "id"),
        problems=tuple(map(_problem, list_in(found, "errors"))),
        strange=tuple(each for each in given if not _is_post(each) and each not in described),
        next_token=text_in(fields_in(found, "meta"), "next_token"),
        retrieved_at=text_in(fields_in(found, "__twarc"), "retrieved_at"),
    )


def _flat(post: dict[str, Any]) -> Answer:
    references = list_in(post, "referenced_tweets")
    attached = fields_in(post, "attachments")
    people = [fields_in(post, "author"), *(fields_in(each, "author") for each in references)]
    return Answer(
        posts=(post,),
        others=tuple(filter(_is_post, references)),
        users=_usernames([*people, fields_in(post, "in_reply_to_user")]),
        media=_by_key(list_in(attached, "media"), "media_key"),
        polls=_by_key([fields_in(attached, "poll")], "id"),
        retrieved_at=text_in(fields_in(post, "__twarc"), "retrieved_at"),
    )


class _Linking:
    """What one post refers to."""

    def __init__(self, answer: Answer, post: Fields) -> None:
        self._answer = answer
        self._post = post
        entities = fields_in(post, "entities")
        in_note = fields_in(_note(post), "entities")
        self._urls = [*list_in(entities, "urls"), *list_in(in_note, "urls")]
        self._mentions = list_in(entities, "mentions")

    def __iter__(self) -> Iterator[Linked]:
        references = {
            str(each["id"]): _RELATIONS[each.get("type")]
            for name in ("referenced_tweets", "referenced_posts")
            for each in list_in(self._post, name)
            if id_text(each.get("id")) and each.get("type") in _RELATIONS
        }
        for other_id, relation in references.items():
            yield self._reference(relation, other_id)
        yield from self._media()
        if "repost" not in references.values():  # else all else is of the post reposted
            yield from self._links(references)

    def _reference(self, relation: Relation, other_id: str) -> Linked:
        other = self._answer.other(other_id)
        words = _words(other)
        text = None if notice_in(words, _withheld(other)) else words or None
        username = self._username(relation, other, other_id)
        reposted = _REPOSTED.match(_words(self._post)) if relation == "repost" else None
        if reposted:
            username, text = username or reposted[1], text or reposted[2]
        return Linked(relation=relation, id=other_id, url=post_url(username, other_id), text=text)

    def _username(self, relation: Relation, other: Fields, other_id: str) -> str | None:
        """Find who posted what is referred to: users are charged for, so they are seldom there."""
        author_id = other.get("author_id")
        if relation == "reply_to":
            author_id = author_id or self._post.get("in_reply_to_user_id")
        named = self._answer.users.get(str(author_id))
        mention = next((each for each in self._mentions if each.get("id") == author_id), {})
        link = next((_address(each) for each in self._urls if _points_to(each, other_id)), None)
        in_link = re.search(r"//[^/]+/(\w+)/status/", link or "")
        return named or text_in(mention, "username") or (in_link[1] if in_link else None)

    def _media(self) -> Iterator[Linked]:
        attached = fields_in(self._post, "attachments")
        inline = [str(each.get("media_key")) for each in list_in(attached, "media")]
        for key in attached.get("media_keys") or inline:
            found = self._answer.media.get(str(key), {})
            url = (
                text_in(found, "url")
                or best_video(list_in(found, "variants"), "bit_rate")
                or text_in(found, "preview_image_url")
                or self._page_of(str(key))
            )
            yield Linked(relation="media", id=str(key), url=url, text=text_in(found, "alt_text"))
        for poll_id in attached.get("poll_ids") or self._answer.polls:
            poll = self._answer.polls.get(str(poll_id), {})
            labels = [text_in(each, "label") or "" for each in list_in(poll, "options")]
            text = " | ".join(labels) or None
            yield Linked(relation="media", id=str(poll_id), text=text)

    def _page_of(self, media_key: str) -> str | None:
        """Find the address that the post itself links to, for what the answer does not describe."""
        named = (each for each in self._urls if each.get("media_key") == media_key)
        shown = (each for each in self._urls if _OF_MEDIA.search(_address(each) or ""))
        return next((_address(each) for each in chain(named, shown)), None)

    def _links(self, references: dict[str, Relation]) -> Iterator[Linked]:
        """Give every address behind a t.co link once, with the link that stands in the text."""
        seen: set[str | None] = set()
        for each in self._urls:
            short, address = text_in(each, "url"), _address(each)
            is_media = "media_key" in each or bool(_OF_MEDIA.search(address or ""))
            is_reference = references.get(post_id_in(address) or "") == "quote"
            if not is_media and not is_reference and short not in seen:
                seen.add(short)
                whole = text_in(each, "unwound_url") or address
                yield Linked(relation="link", url=whole, text=short)


def _is_post(found: object) -> bool:
    """Tell a post from a user, a count, and whatever else an answer may be of."""
    return (
        isinstance(found, dict)
        and id_text(found.get("id")) is not None
        and isinstance(found.get("text"), str)
    )


def _history(post: Fields) -> tuple[str, ...]:
    """Name all versions of a post, first to last: ids rise with time, as numbers."""
    named = post.get("edit_history_tweet_ids") or post.get("edit_history_post_ids")
    ids = map(id_text, named if isinstance(named, list) else [])
    return tuple(sorted({*filter(None, ids), str(post["id"])}, key=int))


def _words(post: Fields) -> str:
    note = _note(post)
    return plain(text_in(note, "text") or text_in(post, "text") or "")


def _note(post: Fields) -> Fields:
    """Find the whole text of a long post, whose `text` is only its beginning."""
    return fields_in(post, "note_tweet") or fields_in(post, "note_post")


def _address(url: Fields) -> str | None:
    return text_in(url, "expanded_url") or text_in(url, "url")


def _points_to(url: Fields, post_id: str) -> bool:
    return post_id_in(_address(url)) == post_id


def _withheld(post: Fields) -> str | None:
    told = fields_in(post, "withheld")
    is_copyright = told.get("copyright") is True
    return withheld_words(
        told.get("country_codes"), text_in(told, "scope"), is_copyright=is_copyright
    )


def _usernames(users: list[Fields]) -> dict[str, str]:
    named = (each for each in users if {"id", "username"} <= each.keys())
    return {str(each["id"]): str(each["username"]) for each in named}


def _by_key(found: list[Fields], key: str) -> dict[str, Fields]:
    return {str(each[key]): each for each in found if key in each}


def _problem(told: Fields) -> Problem:
    about = told.get("resource_id") or told.get("value")
    said = [text_in(told, name) for name in ("title", "detail", "message")]
    return Problem(
        about=str(about) if about is not None else None,
        parameter=text_in(told, "parameter"),
        words=": ".join(dict.fromkeys(filter(None, said))) or "an error without words",
        kind=(text_in(told, "type") or "").rpartition("/")[2],
    )
