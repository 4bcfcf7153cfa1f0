"""Answers: of what kind a response is, before anybody reads it as what was asked for."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from lxml import html
from lxml.etree import ParserError
from scrapy.http import Response
from w3lib.encoding import html_body_declared_encoding

from spiders.answer_rules import AnswerRule, Kind, compiled, known_walls
from spiders.identity import is_home, is_login, is_same_page, leads_nowhere
from spiders.unpacking import first_of, how_cut_short

_LOOKED_AT = 512 * 1024
_SHOWN = 80
_WITHOUT_WORDS = frozenset({"script", "style", "template", "title"})
_HTML = ("text/html", "application/xhtml")
_NO_PAGE = (b"%PDF", b"<?xml", b"<rss", b"<feed")
_SHORT = 64 * 1024
_ODD = re.compile("[^ -~]+")
_BY_STATUS: Mapping[int, Kind] = {
    **dict.fromkeys((404, 410), "gone"),
    **dict.fromkeys((401, 407), "login_wall"),
    **dict.fromkeys((402, 403, 429, 451), "blocked"),
}
_OK = 200
_REDIRECTS = 300
_FAULTS = 400


@dataclass(frozen=True, slots=True)
class Answer:
    """Of what kind a response is, and by what that shows."""

    kind: Kind
    reason: str | None = None
    """Which words, header or status show it; None for what is ok without further ado."""

    by: Literal["status", "wall", "source"] = "status"
    """Who knows it by these marks: HTTP itself, the known walls, or the source's own rules."""


OK = Answer("ok")


@dataclass(frozen=True)
class Seen:
    """A response as it came, to be judged."""

    url: str
    status: int
    headers: Mapping[str, str]
    """By their names in lower case."""

    body: bytes
    """As transferred."""

    is_cut: bool = False
    """Whether its connection ended early."""

    rules: Sequence[AnswerRule] = field(default=())
    """The source's own."""

    limit: int = 32 * 1024 * 1024
    """Bytes up to which it is unpacked to see whether it is whole."""

    @cached_property
    def markup(self) -> str:
        """The first half megabyte, unpacked, where it may be a page; else nothing."""
        kind = self.headers.get("content-type", "").lower()
        body = first_of(self.body, self.headers.get("content-encoding", ""), _LOOKED_AT)
        start = body[:512].lstrip(b"\xef\xbb\xbf \t\r\n")
        if start.startswith(_NO_PAGE) and b"<html" not in start:
            return ""
        is_page = kind.startswith(_HTML) or start[:15].lower().startswith(
            (b"<!doctype html", b"<html")
        )
        if not is_page and (len(body) > _SHORT or not kind.startswith(("text/", "application/j"))):
            return ""
        return _decoded(body, kind)

    @cached_property
    def root(self) -> html.HtmlElement | None:
        """The page as a tree; None where it is none."""
        text = self.markup.replace("\0", "").strip()
        try:
            return html.document_fromstring(text.encode("utf-8", "replace"), _parser())
        except (ParserError, ValueError):
            return None

    @cached_property
    def title(self) -> str:
        """The page's title."""
        return self._first("title")

    @cached_property
    def heading(self) -> str:
        """The page's first heading."""
        return self._first("h1")

    @cached_property
    def words(self) -> str:
        """What a reader sees."""
        if self.root is None:
            return ""
        return " ".join(" ".join(_shown(self.root)).split())

    def _first(self, tag: str) -> str:
        found = self.root.find(f".//{tag}") if self.root is not None else None
        return "" if found is None else " ".join("".join(found.itertext()).split())


def judge(seen: Seen) -> Answer:
    """Say of what kind a response is: by the source's rules, the known walls, then its status."""
    packing = seen.headers.get("content-encoding", "")
    cut = how_cut_short(seen.body, packing, seen.limit, is_cut=seen.is_cut)
    if cut:
        return Answer("partial", cut)
    for rules, by in ((seen.rules, "source"), (known_walls(), "wall")):
        found = _by_rules(seen, rules)
        if found:
            rule, marks = found
            if rule.answer == "ok":
                break
            name = rule.name or "a page that the source file describes"
            return Answer(rule.answer, f"{name} ({marks})", "source" if by == "source" else "wall")
    return _by_status(seen)


def known_wall(seen: Seen) -> AnswerRule | None:
    """Name the known wall that a response is, if it is one."""
    found = _by_rules(seen, known_walls())
    return found[0] if found else None


def seen_in(response: Response, rules: Sequence[AnswerRule]) -> Seen:
    """Take a response that was unpacked already for judging."""
    headers = {
        name.decode("latin-1").lower(): texts[-1].decode("latin-1")
        for name, texts in response.headers.items()
        if texts and name.lower() != b"content-encoding"
    }
    is_cut = not {"partial", "dataloss"}.isdisjoint(response.flags)
    return Seen(response.url, response.status, headers, response.body, is_cut, rules)


def led_away(answered: str, lists: Iterable[str]) -> Answer:
    """Say what a redirect to another page than the item's means."""
    words = f"an item's address leads to {answered}"
    if is_login(answered):
        return Answer("login_wall", words)
    if is_home(answered) or any(is_same_page(each, answered) for each in lists):
        return Answer("redirected_home", words)
    return Answer("soft_404" if leads_nowhere(answered) else "ok", words)


def lowered(headers: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Give the last of each header by its name in lower case."""
    return {name.lower(): text for name, text in headers}


def _by_status(seen: Seen) -> Answer:
    status, told = seen.status, f"HTTP {seen.status}"
    if status >= _FAULTS:
        return Answer(_BY_STATUS.get(status, "error"), told)
    if status >= _REDIRECTS:
        target = seen.headers.get("location")
        leads = _ODD.sub("?", f"leads to {target}")[:_SHOWN]
        return Answer("ok", leads) if target else Answer("error", told)
    is_page = seen.headers.get("content-type", "").lower().startswith(_HTML)
    if status == _OK and is_page and not seen.body:
        return Answer("error", "an empty page")
    return OK


def _by_rules(seen: Seen, rules: Sequence[AnswerRule]) -> tuple[AnswerRule, str] | None:
    for rule in rules:
        marks = _marks(seen, rule)
        if marks:
            return rule, "; ".join(marks)
    return None


def _marks(seen: Seen, rule: AnswerRule) -> list[str] | None:
    """Name the marks of a rule that an answer bears, if it bears all of them."""
    says_so_itself = rule.answer == "soft_404" and seen.status >= _FAULTS
    if says_so_itself or (rule.status and seen.status not in rule.status):
        return None
    if rule.looks_inside and len(seen.words) > rule.at_most:  # which most pages are: look first
        return None
    marks = [f"HTTP {seen.status}"] if rule.status else []
    if rule.url:
        if not compiled(rule.url).search(seen.url):
            return None
        marks.append(f"address {seen.url}")
    for name, pattern in rule.headers.items():
        found = compiled(pattern).search(seen.headers.get(name.lower(), ""))
        if not found:
            return None
        marks.append(f"header {name}: {found[0]}")
    for where, inside in rule.patterns.items():
        found = inside.search(getattr(seen, where))
        if not found:
            return None
        marks.append(f"{where} '{' '.join(found[0].split())[:_SHOWN]}'")
    return marks


def _decoded(body: bytes, content_type: str) -> str:
    charset = content_type.partition("charset=")[2].strip("\"' ;") or None
    label = charset or html_body_declared_encoding(body[:4096]) or "utf-8"
    for name in ("utf-8", label):
        try:
            return body.decode(name)
        except (UnicodeDecodeError, LookupError):
            continue
    return body.decode("utf-8", "replace")


def _parser() -> html.HTMLParser:
    return html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)


def _shown(root: html.HtmlElement) -> Iterator[str]:
    """Give the pieces of text of a page, scripts and styles left out."""
    for element in root.iter():
        if element.text and element.tag not in _WITHOUT_WORDS:
            yield element.text
        if element.tail:
            yield element.tail
