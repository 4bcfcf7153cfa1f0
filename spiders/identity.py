"""Identity: the native id of a statement, from its address where the publisher gives no other."""

import re
from urllib.parse import parse_qsl, urlsplit

from w3lib.url import canonicalize_url, url_query_cleaner

_TRACKING = ("fbclid", "gclid", "mc_cid", "mc_eid")
_TRACKING_PREFIX = "utm_"
_INDEX = re.compile(r"/(?:index|default|home)(?:\.\w+)?$", re.IGNORECASE)
_DEAD_END = re.compile(
    r"(?:errors?|404|(?:page)?[-_]?not[-_]?found|log[-_]?in|sign[-_]?in)?(?:\.\w+)?", re.IGNORECASE
)

_LOGIN = re.compile(r"(?:log[-_]?in|sign[-_]?in)(?:\.\w+)?", re.IGNORECASE)


def native_id(url: str, pattern: str | None = None) -> str:
    r"""Read the id out of an address, or make the address itself canonical.

    The scheme, the fragment, a trailing slash and tracking parameters do not count.

    >>> native_id("https://pib.example/page.aspx?PRID=1650811&lang=1", r"PRID=(\\d+)")
    '1650811'
    >>> native_id("http://mod.example/news/1/?utm_source=x&b=2&a=1#top")
    'mod.example/news/1?a=1&b=2'
    """
    if pattern and (found := re.search(pattern, url)):
        return found.group(1)
    parts = urlsplit(canonicalize_url(_without_tracking(url)))
    query = f"?{parts.query}" if parts.query else ""
    return f"{parts.netloc}{parts.path.rstrip('/')}{query}"


def _without_tracking(url: str) -> str:
    names = {pair.split("=", 1)[0] for pair in urlsplit(url).query.split("&")}
    tracking = [name for name in names if name in _TRACKING or name.startswith(_TRACKING_PREFIX)]
    return url_query_cleaner(url, tracking, remove=True, keep_fragments=True) if tracking else url


def is_same_page(asked: str, answered: str, pattern: str | None = None) -> bool:
    """Tell whether a redirect led to the same item: same id, or same last part of the path.

    A redirect to the home page or to an error page is an answer about something else.
    """
    if native_id(asked, pattern) == native_id(answered, pattern):
        return True
    if pattern and re.search(pattern, asked) and re.search(pattern, answered):
        return False
    return (
        not leads_nowhere(answered)
        and _last_part(asked) == _last_part(answered)
        and _query(asked) <= _query(answered)
    )


def leads_nowhere(url: str) -> bool:
    """Tell whether an address is that of a home page, an error page or a log-in."""
    return _DEAD_END.fullmatch(_last_part(url)) is not None


def is_home(url: str) -> bool:
    """Tell whether an address is that of a front page."""
    return _last_part(url) == ""


def is_login(url: str) -> bool:
    """Tell whether an address is that of a log-in."""
    return _LOGIN.fullmatch(_last_part(url)) is not None


def _last_part(url: str) -> str:
    path = _INDEX.sub("", urlsplit(url).path.rstrip("/"))
    return path.rsplit("/", 1)[-1]


def _query(url: str) -> set[tuple[str, str]]:
    return set(parse_qsl(urlsplit(url).query, keep_blank_values=True))
