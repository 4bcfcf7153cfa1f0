"""Guessing what the addresses of a list's items have in common, and other links have not."""

import re
from collections.abc import Iterator, Sequence
from urllib.parse import parse_qsl, urlsplit

_ALIKE = 0.8
_SPILL = 0.2
_FEW = 4


def address_pattern(urls: Sequence[str], others: Sequence[str], own: str = "") -> str | None:
    """Write a regular expression for some addresses that hardly matches other links of a page.

    `own` is the page's address, which it never matches. None where addresses tell nothing.
    """
    wanted, rest = set(urls), set(others) - set(urls)
    for pattern in _ways(urls):
        matched = sum(bool(re.search(pattern, url)) for url in wanted)
        spilt = sum(bool(re.search(pattern, url)) for url in rest)
        is_alike = matched >= _ALIKE * len(wanted) and spilt <= _SPILL * len(wanted)
        if is_alike and not (own and re.search(pattern, own)):
            return pattern
    return None


def _ways(urls: Sequence[str]) -> Iterator[str]:
    """Write patterns, the narrowest first."""
    hosts = {urlsplit(url).netloc for url in urls}
    if len(hosts) != 1:
        return
    host = _literally(hosts.pop())
    paths = [urlsplit(url).path for url in urls]
    names = _varying_names(urls)
    if names and len(set(paths)) == 1:
        yield rf"{host}{_literally(paths[0])}\?(?:.*&)?{_literally(names[0])}=[^&#]+"
    steps = [path.strip("/").split("/") for path in paths]
    if len({len(each) for each in steps}) == 1 and paths[0] != "/":
        yield (
            f"{host}/" + "/".join(_step(each) for each in zip(*steps, strict=True)) + "/?(?:[?#]|$)"
        )
    common = _common_folder(paths)
    if common != "/":
        yield host + _literally(common) + "[^?#]+"


def _step(names: Sequence[str]) -> str:
    """Write one part of a path: the same word, one of a few, a number, or anything."""
    different = sorted(set(names))
    if len(different) == 1:
        return _literally(different[0])
    if all(re.fullmatch(r"\d+", name) for name in different):
        return r"\d+"
    if len(different) <= _FEW and len(different) <= len(names) // 2:
        return f"(?:{'|'.join(map(_literally, different))})"
    numbered = r"\d+" if all(re.match(r"\d{3,}", name) for name in different) else ""
    return f"{numbered}[^/?#]+{_literally(_common_ending(different))}"


def _common_folder(paths: Sequence[str]) -> str:
    """Give the path down to the last folder that all have in common."""
    steps = [path.rstrip("/").split("/")[:-1] for path in paths]
    common: list[str] = []
    for parts in zip(*steps, strict=False):
        if len(set(parts)) != 1:
            break
        common.append(parts[0])
    return "/".join(common) + "/"


def _common_ending(names: Sequence[str]) -> str:
    endings = {match[0] if (match := re.search(r"\.\w{3,5}$", name)) else "" for name in names}
    return endings.pop() if len(endings) == 1 else ""


def _literally(text: str) -> str:
    """Escape what has a meaning in a pattern, and nothing else, so that it stays readable."""
    return re.sub(r"([.?+*()\[\]{}|^$\\])", r"\\\1", text)


def _varying_names(urls: Sequence[str]) -> list[str]:
    """Name the parameters that differ from item to item, and that every item has."""
    queries = [dict(parse_qsl(urlsplit(url).query)) for url in urls]
    shared = set.intersection(*(set(query) for query in queries)) if queries else set()
    return sorted(
        name for name in shared if len({query[name] for query in queries}) > len(queries) // 2
    )
