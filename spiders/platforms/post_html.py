"""Post HTML: the words of a post as a reader sees them, and where its links lead."""

from collections.abc import Iterable, Iterator, Sequence

from parsel import Selector

from spiders.items import Linked
from spiders.prose import element_text

_QUOTE_LINE = "quote-inline"
"""The class of a line that Mastodon sets before a post for servers that show no quoted posts."""

_NAMES = {"mention", "hashtag", "u-url"}


def post_words(content: str, options: Sequence[str] = ()) -> str:
    """Give the words of a post, then the options of its poll, a line each.

    Links are whole: what Mastodon hides of an address by a class is kept.

    >>> post_words('<p>See <a href="https://a.example/b"><span class="invisible">https://</span>'
    ...            '<span class="ellipsis">a.example/b</span></a><br>now</p>', ["Yes", "No"])
    'See https://a.example/b\\nnow\\n\\nYes\\nNo'
    """
    if not content.strip():
        words = ""
    else:
        words = element_text(content, f".{_QUOTE_LINE}" if _QUOTE_LINE in content else None)
    return "\n\n".join(filter(None, [words, "\n".join(options)]))


def post_links(content: str) -> Iterator[Linked]:
    """Name the pages that a post links to, with the words that lead there if they say more."""
    if "<a" not in content:
        return
    for link in Selector(content).css("a[href]"):
        url = link.attrib["href"].strip()
        if not url.startswith(("http://", "https://")) or _is_name(link):
            continue
        words = " ".join(link.xpath("string()").get("").split())
        is_quote = bool(link.xpath(f"ancestor::*[contains(@class, '{_QUOTE_LINE}')]"))
        yield Linked(
            relation="quote" if is_quote else "link",
            url=url,
            text=words if words and words.rstrip("/") != url.rstrip("/") else None,
        )


def without_repeats(linked: Iterable[Linked]) -> tuple[Linked, ...]:
    """Name each thing once for each way of referring to it, the first time that it is named."""
    found: dict[tuple[str, str | None], Linked] = {}
    for each in linked:
        found.setdefault((each.relation, each.url or each.id), each)
    return tuple(found.values())


def _is_name(link: Selector) -> bool:
    """Tell whether a link leads to an account or to a hashtag, which are named elsewhere."""
    return bool(_NAMES & set(link.attrib.get("class", "").split()))
