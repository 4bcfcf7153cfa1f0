"""From a page's bytes to its characters: labels are checked, damage is refused."""

import re

from w3lib.encoding import html_body_declared_encoding, read_bom, resolve_encoding

_MOJIBAKE = re.compile("[\x00\x80-\x84\x86-\x9f\ufffd]")
_BEYOND_ASCII = re.compile(rb"[^\s<>]*[\x80-\xff][^<>]*")
# Western and Central European bytes look alike to a detector: only what all agree on is known.
_ALIKE = ("cp1252", "cp1250", "cp1254", "iso8859-2")
_SAMPLE = 20_000
# With fewer bytes beyond ASCII a detector takes cp1252 for Greek of 1987.
_FEWEST = 24
_JAPANESE_ESCAPE = b"\x1b$"
_CLEARLY_BETTER = 0.15
# Letters of another script inside Latin words: German read as Russian.
_FOREIGN = re.compile(r"[^\W\d_\x00-\u024f]+")
_MIXED = re.compile(
    "[A-Za-z][\u0370-\u07ff]|[\u0370-\u07ff][A-Za-z]"
    "|[a-z][\u3400-\u9fff]|[A-Z][\u3400-\u9fff][a-z]",
)


def decode_body(body: bytes, declared: str | None) -> tuple[str, str]:
    """Decode a page and name the encoding used; labels are believed only if the text bears it.

    A byte order mark goes first and strict UTF-8 next, then the header's label, the page's own,
    and last what the bytes look like.

    Raises:
        ValueError: if no encoding gives clean text, or two declared ones differ in what they give.
    """
    bom, mark = read_bom(body)
    if bom is not None and mark is not None:
        return _clean(body[len(mark) :].decode(bom), bom), bom
    if _JAPANESE_ESCAPE not in body:
        try:
            return _clean(body.decode("utf-8"), "utf-8"), "utf-8"
        except UnicodeDecodeError:
            _refuse_damaged(body)
    labels = (resolve_encoding(declared or ""), html_body_declared_encoding(body[:4096]))
    read = {label: _read_as(body, label) for label in labels if label}
    likely = {label: text for label, text in read.items() if text and _bears(body, label, text)}
    if len(set(likely.values())) > 1:
        raise ValueError(
            f"the page is declared as {' and as '.join(likely)}, and both give a text; see the "
            "capture and name the right one"
        )
    for label, text in likely.items():
        return text, label
    return _detect(body)


def _refuse_damaged(body: bytes) -> None:
    """Refuse UTF-8 with a byte or two broken: a detector would make nonsense of the rest."""
    text = body.decode("utf-8", errors="replace")
    broken = text.count("\ufffd")
    if sum(not char.isascii() for char in text) - broken > 2 * broken:
        raise ValueError(
            f"the page is UTF-8, but damaged or cut short in {broken} places; keep its capture "
            "and fetch it again"
        )


def _read_as(body: bytes, encoding: str) -> str | None:
    """Decode if the bytes are clean text in that encoding."""
    if _JAPANESE_ESCAPE in body and not encoding.startswith("iso2022"):
        return None
    try:
        text = body.decode(encoding)
    except (UnicodeDecodeError, LookupError):
        return None
    return None if _MOJIBAKE.search(text) else text


def _sample(body: bytes) -> bytes:
    return b" ".join(_BEYOND_ASCII.findall(body))[:_SAMPLE]


def _is_short(sample: bytes) -> bool:
    return len(re.findall(rb"[\x80-\xff]", sample)) < _FEWEST


def _bears(body: bytes, encoding: str, text: str) -> bool:
    """Tell whether the bytes look like that encoding, and like no other one clearly more."""
    from charset_normalizer import from_bytes  # nearly every page is UTF-8

    if len(_MIXED.findall(text)) * 4 > len(_FOREIGN.findall(text)):
        return False
    sample = _sample(body)
    if _is_short(sample):
        return True
    try:
        claimed = from_bytes(sample, cp_isolation=[encoding]).best()
    except ValueError:  # an encoding the detector does not know
        return True
    best = from_bytes(sample).best()
    if claimed is None or best is None or str(claimed) == str(best):
        return claimed is not None
    if claimed.chaos > best.chaos:
        return False
    both_latin = _is_latin(text) and _is_latin(str(best))
    return both_latin or best.coherence - claimed.coherence < _CLEARLY_BETTER


def _detect(body: bytes) -> tuple[str, str]:
    from charset_normalizer import from_bytes  # nearly every page is UTF-8

    japanese = _read_as(body, "iso2022_jp") if _JAPANESE_ESCAPE in body else None
    if japanese is not None:
        return japanese, "iso2022_jp"
    sample = _sample(body)
    best = None if _is_short(sample) else from_bytes(sample).best()
    text = _read_as(body, best.encoding) if best else None
    if best and text is not None and not _is_latin(text):
        return text, best.encoding
    western = {_read_as(body, each) for each in _ALIKE} - {None}
    if (best is None or text is not None) and len(western) == 1 and (same := western.pop()):
        return same, "cp1252"
    raise ValueError(
        "the page is not UTF-8, and neither its labels nor its bytes show for certain what else "
        "it is; keep its capture and name its encoding"
    )


def _is_latin(text: str) -> bool:
    return all(char < "\u0250" for char in text if char.isalpha())


def _clean(text: str, encoding: str) -> str:
    if broken := _MOJIBAKE.search(text):
        raise ValueError(
            f"character {broken.start()} of the page, read as {encoding}, is "
            f"U+{ord(broken[0]):04X}: the publisher's text is damaged; keep its capture"
        )
    return text
