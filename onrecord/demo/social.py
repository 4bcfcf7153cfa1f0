"""The account of the Minister of Foreign Affairs of Ostramere, on a server with Mastodon's API."""

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from onrecord.demo.markup import to_html
from onrecord.demo.visits import Answer, Visit, as_json, render

SOURCE = "xo_mfa"
"""The office whose minister posts."""

_API = "/api/v1/"
_ACCOUNT_ID = "9"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """What a post said from a time on."""

    at: datetime
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reposted:
    """Whose post is passed on, and which."""

    id: str
    at: datetime
    handle: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """A post as it stands; the words of one that is passed on are another's."""

    id: str
    at: datetime
    language: str
    text: str
    repost_of: Reposted | None = None
    earlier: tuple[Wording, ...] = ()
    edited_at: datetime | None = None

    @property
    def wordings(self) -> tuple[Wording, ...]:
        """Give all that it ever said, oldest first."""
        return (*self.earlier, Wording(at=self.edited_at or self.at, text=self.text))


@dataclass(frozen=True, slots=True)
class Profile:
    """An account and its posts, newest first."""

    handle: str
    name: str
    posts: tuple[Post, ...]


@cache
def profile() -> Profile:
    """Read the file of the account."""
    declared = yaml.safe_load((files(__package__) / "web" / "dolvet.yml").read_text("utf-8"))
    posts = tuple(map(_post, declared["posts"]))
    return Profile(declared["handle"], declared["name"], posts)


def uri_of(post: Post, base_url: str) -> str:
    """Name a post for good."""
    return f"{base_url}/users/{profile().handle}/statuses/{post.id}"


class SocialSite:
    """The server: its API, and pages for readers."""

    def answer(self, visit: Visit) -> Answer | None:
        """Answer with an account, its posts, one of them, or what that said before."""
        account = profile()
        asked = dict(visit.query)
        match visit.path.removeprefix(_API).split("/"):
            case ["accounts", "lookup"] if asked.get("acct", "").split("@")[0] == account.handle:
                return as_json(_account(visit, account.handle, account.name, _ACCOUNT_ID))
            case ["accounts", id_, "statuses"] if id_ == _ACCOUNT_ID:
                return as_json([_status(visit, each) for each in _asked_for(asked)])
            case ["statuses", number, *rest] if post := _found(number):
                return _one(visit, post, rest)
        return _page(visit, account)


def _post(declared: dict[str, Any]) -> Post:
    repost_of = declared.get("repost_of")
    earlier = tuple(Wording(**each) for each in declared.get("earlier", ()))
    return Post(
        **{**declared, "repost_of": Reposted(**repost_of) if repost_of else None}
        | {"earlier": earlier}
    )


def _found(number: str) -> Post | None:
    return next((each for each in profile().posts if each.id == number), None)


def _asked_for(asked: dict[str, str]) -> list[Post]:
    limit, before = asked.get("limit", "20"), asked.get("max_id", "")
    posts = [
        each
        for each in profile().posts
        if not (each.repost_of and asked.get("exclude_reblogs") == "true")
        and (not before.isdecimal() or int(each.id) < int(before))
    ]
    return posts[: int(limit) if limit.isdecimal() else 20]


def _one(visit: Visit, post: Post, rest: list[str]) -> Answer | None:
    if not rest:
        return as_json(_status(visit, post))
    if rest != ["history"]:
        return None
    account = _account(visit, profile().handle, profile().name, _ACCOUNT_ID)
    return as_json([_wording(each) | {"account": account} for each in post.wordings])


def _page(visit: Visit, account: Profile) -> Answer | None:
    """Show the account, one of its posts, or one that it passed on, to readers."""
    home = f"/@{account.handle}"
    shown = [each for each in account.posts if visit.path in {home, *_paths(each, home)}]
    return render("social.html", visit, account=account, posts=shown, home=home) if shown else None


def _paths(post: Post, home: str) -> list[str]:
    other = post.repost_of
    return [f"{home}/{post.id}", *([f"/@{other.handle}/{other.id}"] if other else [])]


def _status(visit: Visit, post: Post) -> dict[str, Any]:
    base, handle = visit.base_url, profile().handle
    told = _empty() | {
        "id": post.id,
        "uri": uri_of(post, base),
        "url": f"{base}/@{handle}/{post.id}",
        "edited_at": _time(post.edited_at) if post.edited_at else None,
        "language": post.language,
        "account": _account(visit, handle, profile().name, _ACCOUNT_ID),
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
        "account": _account(visit, other.handle, other.name, "11"),
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
