"""The accounts of two ministers, one of either country, on a server with Mastodon's API."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from onrecord.demo.markup import to_html
from onrecord.demo.statements import Day
from onrecord.demo.visits import Answer, Visit, as_json, render

_HANDLES = ("dolvet", "fexley")
_API = "/api/v1/"
_FIRST_ACCOUNT = 9
_ANOTHER = "1"
_MILLISECOND = 1 << 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """What a post said from a time on."""

    at: datetime
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reposted:
    """Whose post is passed on, and which."""

    at: datetime
    handle: str
    name: str

    @property
    def id(self) -> str:
        """The number of that post."""
        return _number(self.at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """A post as it stands; the words of one that is passed on are another's."""

    at: datetime
    language: str
    text: str
    repost_of: Reposted | None = None
    earlier: tuple[Wording, ...] = ()
    edited_at: datetime | None = None
    absent_on: tuple[Day, ...] = ()
    """The days when it is not there."""
    withheld: str = ""
    """Why the archive is asked to withhold it; empty for what it shows."""

    @property
    def id(self) -> str:
        """Its number, which grows with time."""
        return _number(self.at)

    @property
    def wordings(self) -> tuple[Wording, ...]:
        """Give all that it ever said, oldest first."""
        return (*self.earlier, Wording(at=self.edited_at or self.at, text=self.text))


@dataclass(frozen=True, slots=True)
class Profile:
    """An account and its posts, newest first."""

    number: str
    source: str
    """The office whose minister posts."""
    handle: str
    name: str
    posts: tuple[Post, ...]

    def posts_on(self, day: Day) -> tuple[Post, ...]:
        """Give the posts that are there on a day."""
        return tuple(each for each in self.posts if day not in each.absent_on)

    def uri_of(self, post: Post, base_url: str) -> str:
        """Name a post for good."""
        return f"{base_url}/users/{self.handle}/statuses/{post.id}"


@cache
def profiles() -> tuple[Profile, ...]:
    """Read the files of the accounts."""
    return tuple(_profile(number, each) for number, each in enumerate(_HANDLES, _FIRST_ACCOUNT))


def _profile(number: int, handle: str) -> Profile:
    declared = yaml.safe_load((files(__package__) / "web" / f"{handle}.yml").read_text("utf-8"))
    posts = tuple(map(_post, declared["posts"]))
    return Profile(str(number), declared["source"], handle, declared["name"], posts)


class SocialSite:
    """The server: its API, and pages for readers."""

    def answer(self, visit: Visit) -> Answer | None:
        """Answer with an account, its posts, one of them, or what that said before."""
        asked = dict(visit.query)
        match visit.path.removeprefix(_API).split("/"):
            case ["accounts", "lookup"]:
                handle = asked.get("acct", "").split("@")[0]
                return next(
                    (_own(visit, each) for each in profiles() if each.handle == handle), None
                )
            case ["accounts", number, "statuses"]:
                return next(
                    (_listed(visit, each) for each in profiles() if each.number == number), None
                )
            case ["statuses", number, *rest]:
                for profile in profiles():
                    if post := _found(profile.posts_on(visit.day), number):
                        return _one(visit, profile, post, rest)
        return next(filter(None, (_page(visit, each) for each in profiles())), None)


def _post(declared: dict[str, Any]) -> Post:
    repost_of = declared.get("repost_of")
    read = {
        "repost_of": Reposted(**repost_of) if repost_of else None,
        "earlier": tuple(Wording(**each) for each in declared.get("earlier", ())),
        "absent_on": tuple(declared.get("absent_on", ())),
    }
    return Post(**declared | read)


def _number(at: datetime) -> str:
    return str(round(at.timestamp() * 1000) * _MILLISECOND)


def _own(visit: Visit, profile: Profile) -> Answer:
    return as_json(_account(visit, profile.handle, profile.name, profile.number))


def _listed(visit: Visit, profile: Profile) -> Answer:
    asked = dict(visit.query)
    limit, before = asked.get("limit", "20"), asked.get("max_id", "")
    posts = [
        each
        for each in profile.posts_on(visit.day)
        if not (each.repost_of and asked.get("exclude_reblogs") == "true")
        and (not before.isdecimal() or int(each.id) < int(before))
    ]
    shown = posts[: int(limit) if limit.isdecimal() else 20]
    return as_json([_status(visit, profile, each) for each in shown])


def _found(posts: Sequence[Post], number: str) -> Post | None:
    return next((each for each in posts if each.id == number), None)


def _one(visit: Visit, profile: Profile, post: Post, rest: list[str]) -> Answer | None:
    if not rest:
        return as_json(_status(visit, profile, post))
    if rest != ["history"]:
        return None
    account = _account(visit, profile.handle, profile.name, profile.number)
    return as_json([_wording(each) | {"account": account} for each in post.wordings])


def _page(visit: Visit, account: Profile) -> Answer | None:
    """Show the account, one of its posts, or one that it passed on, to readers."""
    home = f"/@{account.handle}"
    posts = account.posts_on(visit.day)
    shown = [each for each in posts if visit.path in {home, *_paths(each, home)}]
    return render("social.html", visit, account=account, posts=shown, home=home) if shown else None


def _paths(post: Post, home: str) -> list[str]:
    other = post.repost_of
    return [f"{home}/{post.id}", *([f"/@{other.handle}/{other.id}"] if other else [])]


def _status(visit: Visit, profile: Profile, post: Post) -> dict[str, Any]:
    base, handle = visit.base_url, profile.handle
    told = _empty() | {
        "id": post.id,
        "uri": profile.uri_of(post, base),
        "url": f"{base}/@{handle}/{post.id}",
        "edited_at": _time(post.edited_at) if post.edited_at else None,
        "language": post.language,
        "account": _account(visit, handle, profile.name, profile.number),
        **_wording(Wording(at=post.at, text=post.text)),
    }
    other = post.repost_of
    if other is None:
        return told
    original = told | {
        "id": other.id,
        "uri": f"{base}/users/{other.handle}/statuses/{other.id}",
        "url": f"{base}/@{other.handle}/{other.id}",
        "created_at": _time(other.at),
        "account": _account(visit, other.handle, other.name, _ANOTHER),
    }
    return told | {"reblog": original}


def _wording(wording: Wording) -> dict[str, Any]:
    return {"created_at": _time(wording.at), "content": to_html(wording.text), "spoiler_text": ""}


def _empty() -> dict[str, Any]:
    lists = dict.fromkeys(("media_attachments", "mentions", "tags"), ())
    return {"visibility": "public", "in_reply_to_id": None, "reblog": None, **lists}


def _account(visit: Visit, handle: str, name: str, number: str) -> dict[str, Any]:
    url = f"{visit.base_url}/@{handle}"
    return {"id": number, "acct": handle, "username": handle, "display_name": name, "url": url}


def _time(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%S.000Z")
