"""Tokens: the words of a quotation and of the record, so that the same word has the same key.

What the field calls trivial is folded here: `&` and "and", `40%` and "40 per cent", "five" and
"5", "don't" and "do not", "3 March" and "March 3", `#ClimateAction` and "climate action".
"""
# ruff: noqa: RUF001 - the marks of all languages are the point here.

from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Literal, NamedTuple
from unicodedata import decimal

import regex

from analysis.quotes.writing import fold_word, key_of, months, numerals, ordinals, scales
from analysis.spans import Span

Kind = Literal["word", "number", "link", "ellipsis"]

_TOKEN = regex.compile(
    r"""
      (?P<link>https?://\S+|www\.\S+|pic\.twitter\.com/\S+)
    | (?P<ellipsis>…+|\.\s?\.(?:\s?\.)+)
    | (?P<edited>\[\p{L}\][\p{L}\p{M}]+|[\p{L}\p{M}]+\[\p{L}{1,3}\])
    | (?P<open>\[) | (?P<close>\])
    | (?P<tag>[\#＃@＠][\p{L}\p{M}\p{N}_]+)
    | (?P<number>\p{Nd}+(?:[.,]\p{Nd}+)*(?:st|nd|rd|th|m|k|bn|mn|tn)?(?![\p{L}\p{M}\p{N}]))
    | (?P<sign>[&%+€$£₹¥])
    | (?P<letter>[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}])
    | (?P<word>(?:\p{L}\.){2,}|[\p{L}\p{M}\p{N}]+(?:['’ʼ＇][\p{L}\p{M}]+)*)
    | (?P<end>[.!?。！？।]+(?=\s|["'”’»)\]]|$)|\n)
    """,
    regex.VERBOSE,
)
_BRACKETS = str.maketrans("", "", "[]")
_SHORTENED = regex.compile(r"(?i)^(\p{L}+?)(n['’]t|['’](?:re|ve|ll|m))$")
_ENDINGS = {"nt": "not", "re": "are", "ve": "have", "ll": "will", "m": "am"}
_WITH_VERB = regex.compile(r"(?i)^(\p{L}+)(['’](?:s|d))$")
_SUBJECTS = frozenset(
    {"i", "you", "he", "she", "it", "we", "they", "that", "there", "here", "what", "who", "where"}
)
_VERBS = {"s": "is", "d": "would"}
_STEMS = {"ca": "can", "wo": "will", "sha": "shall"}
_PIECES = regex.compile(r"\p{Lu}+(?!\p{Ll})|\p{Lu}?[\p{Ll}\p{M}]+|\p{Nd}+|[\p{L}\p{M}]+")
_CAMEL = regex.compile(r"\p{Ll}\p{Lu}\p{Ll}")
_SIGNS = {"&": "and", "%": "percent", "+": "plus"}
_NUMBER = regex.compile(r"(\p{Nd}+(?:[.,]\p{Nd}+)*)(\p{L}*)")
_SUFFIXES = {"m": 10**6, "k": 10**3, "mn": 10**6, "bn": 10**9, "tn": 10**12}
_LAST_DAY = 31
_WORDS = 1 << 17
_UNREAD = "\n"
_LENGTH = 6
"""Characters for which one token stands that is not read: a word and a blank."""

_FEWEST_UNREAD, _MOST_UNREAD = 50, 300
"""Where fewer were left out, words would seem to stand together; more are as good as these."""

_SAFE_DIGITS = 9
"""Numbers with more are never days, years or parts of words for numbers."""


class Token(NamedTuple):
    """One word, number or sign."""

    key: str
    """The same for all ways of writing it; that of a number begins with `#`."""

    start: int
    end: int
    kind: Kind = "word"
    opens: bool = False
    """Whether it is the first of a sentence or line."""

    is_bracketed: bool = False
    """Whether it stands in square brackets: in print, an editor's word."""

    is_capital: bool = False
    """Whether it begins with a capital letter, as written."""

    @property
    def span(self) -> Span:
        """Where it stands."""
        return self.start, self.end


def read_tokens(text: str, span: Span | None = None) -> list[Token]:
    """Divide a text, or a stretch of it, into tokens, in order; punctuation and emoji are none.

    >>> [token.key for token in read_tokens("We don't need 40 per cent & more…")]
    ['we', 'do', 'not', 'need', '#40', 'percent', 'and', 'more', '…']
    """
    tokens: list[Token] = []
    opens, depth = True, 0
    for found in _TOKEN.finditer(text, *(span or (0, len(text)))):
        name = found.lastgroup or ""
        if name == "open":
            depth += 1
        elif name == "close":
            depth = max(0, depth - 1)
        elif name == "end":
            opens = True
        else:
            at, is_bracketed = found.start(), depth > 0
            for key, start, end, kind, _, _, is_capital in _read(name, found[0]):
                tokens.append(
                    Token(key, at + start, at + end, kind, opens, is_bracketed, is_capital)
                )
                opens = False
    return _joined(tokens)


def read_stretches(text: str, stretches: Iterable[Span]) -> list[Token]:
    """Divide stretches of a text, in order; tokens like no other stand for what is between them."""
    tokens: list[Token] = []
    at = 0
    for start, end in stretches:
        if at < start:
            unread = Token(_UNREAD, at, start, opens=True)
            tokens += [unread] * min(max((start - at) // _LENGTH, _FEWEST_UNREAD), _MOST_UNREAD)
        tokens += read_tokens(text, (start, end))
        at = end
    return tokens


@lru_cache(_WORDS)
def _read(name: str, word: str) -> tuple[Token, ...]:
    """Read one match as if it stood alone; most words come again and again."""
    return tuple(_READERS[name](word))


def _word(word: str) -> list[Token]:
    if shortened := _shortened(word):
        return shortened
    end, capital = len(word), word[0].isupper()
    folded = fold_word(word)
    if word.endswith("."):
        folded = folded.replace(".", "")
    if folded in ordinals():
        return [Token(f"#{ordinals()[folded]}th", 0, end, "number", is_capital=capital)]
    if folded in numerals():
        return [Token(f"#{numerals()[folded]}", 0, end, "number", is_capital=capital)]
    if _CAMEL.search(word):
        return _pieces(word)
    return [Token(key_of(folded), 0, end, is_capital=capital)]


def _shortened(word: str) -> list[Token]:
    """Divide what is two words in one, such as "don't"; empty if it is one word."""
    if found := _SHORTENED.match(word):
        stem, ending = fold_word(found[1]), _ENDINGS[fold_word(found[2])]
        stem, middle = _STEMS.get(stem, stem), found.start(2)
    elif (found := _WITH_VERB.match(word)) and fold_word(found[1]) in _SUBJECTS:
        stem, ending, middle = found[1], _VERBS[fold_word(found[2])], found.start(2)
    elif word.lower() == "cannot":
        stem, ending, middle = "can", "not", 3
    else:
        return []
    first = Token(key_of(stem), 0, middle, is_capital=word[0].isupper())
    return [first, Token(ending, middle, len(word))]


def _edited(word: str) -> list[Token]:
    return [Token(key_of(word.translate(_BRACKETS)), 0, len(word))]


def _number(word: str) -> list[Token]:
    found = _NUMBER.match(word)
    assert found
    suffix = found[2].lower()
    value = _value(found[1])
    key = f"#{value}th" if suffix in {"st", "nd", "rd", "th"} else f"#{value}"
    if suffix in _SUFFIXES:
        key = _scaled(key, _SUFFIXES[suffix])
    return [Token(key, 0, len(word), "number")]


def _value(digits: str) -> str:
    """Give a number without the signs that only group it.

    >>> _value("1,250,000"), _value("2.50"), _value("12,5"), _value("007")
    ('1250000', '2.5', '12.5', '7')
    """
    groups = regex.split(r"[.,]", digits)
    marks = regex.findall(r"[.,]", digits)
    is_grouped = bool(marks) and (
        len(set(marks)) == 1
        and all(len(group) in {2, 3} for group in groups[1:-1])
        and len(groups[-1]) == 3  # noqa: PLR2004 - thousands
        and (marks[0] == "," or len(marks) > 1)
    )
    if not marks or is_grouped:
        return _without_zeros("".join(groups))
    whole, part = _without_zeros("".join(groups[:-1])), groups[-1].rstrip("0")
    return f"{whole}.{part}" if part else whole


def _without_zeros(digits: str) -> str:
    """Write digits of any script as ours; `int` would refuse very many."""
    plain = digits if digits.isascii() else "".join(str(decimal(digit)) for digit in digits)
    return plain.lstrip("0") or "0"


def _scaled(key: str, by: int) -> str:
    whole, _, part = key[1:].partition(".")
    shift = len(str(by)) - 1
    moved = part[:shift].ljust(shift, "0")
    left = part[shift:]
    return f"#{_without_zeros(whole + moved)}" + (f".{left}" if left else "")


def _tag(tag: str) -> list[Token]:
    if tag[0] in "@＠":
        return [Token(key_of(tag[1:]), 0, len(tag), is_capital=tag[1].isupper())]
    pieces = _pieces(tag)
    if pieces:  # the sign is part of what is written
        pieces[0] = pieces[0]._replace(start=0)
    return pieces


def _pieces(word: str) -> list[Token]:
    """Divide at capitals, so that a tag and the words that it runs together have the same keys."""
    return [
        Token(f"#{_value(each[0])}", each.start(), each.end(), "number")
        if each[0].isdecimal()
        else Token(key_of(each[0]), each.start(), each.end(), is_capital=each[0][0].isupper())
        for each in _PIECES.finditer(word)
    ]


def _sign(sign: str) -> list[Token]:
    return [Token(_SIGNS.get(sign, sign), 0, 1)]


def _letter(sign: str) -> list[Token]:
    return [Token(sign, 0, 1)]


def _ellipsis(signs: str) -> list[Token]:
    return [Token("…", 0, len(signs), "ellipsis")]


def _link(link: str) -> list[Token]:
    return [Token(link, 0, len(link), "link")]


_READERS: dict[str, Callable[[str], list[Token]]] = {
    "word": _word,
    "edited": _edited,
    "number": _number,
    "tag": _tag,
    "sign": _sign,
    "letter": _letter,
    "ellipsis": _ellipsis,
    "link": _link,
}


def _joined(tokens: list[Token]) -> list[Token]:
    """Join what is one thing in several words: numbers, percentages and days."""
    joined: list[Token] = []
    for token in tokens:
        new = _with_before(joined[-1], token) if joined and _may_join(joined[-1], token) else None
        if new:
            joined[-1] = new
        else:
            joined.append(token)
    return joined


def _may_join(before: Token, token: Token) -> bool:
    if before.kind != "number" and token.kind != "number" and token.key != "cent":
        return False
    return not token.opens and before.is_bracketed == token.is_bracketed


def _with_before(before: Token, token: Token) -> Token | None:
    """Give the one token that two make, if they make one."""
    if before.key == "per" and token.key == "cent":
        return _made("percent", before, token)
    if before.kind == "number":
        if token.key in scales() and not before.key.endswith("th"):
            return _made(_scaled(before.key, scales()[token.key]), before, token, "number")
        if _is_month(token) and (day := _day(before.key)):
            return _made(f"#{day}-{months()[token.key]}", before, token, "number")
        if _is_tens(before) and _is_unit(token):
            return _made(f"#{int(before.key[1:]) + int(token.key[1:])}", before, token, "number")
    if _is_month(before) and token.kind == "number" and (day := _day(token.key)):
        return _made(f"#{day}-{months()[before.key]}", before, token, "number")
    return None


def _made(key: str, before: Token, token: Token, kind: Kind = "word") -> Token:
    return before._replace(key=key, end=token.end, kind=kind)


def _day(key: str) -> int | None:
    """Read the day of a month: "3", "3rd" and "third" alike."""
    digits = key[1:].removesuffix("th")
    day = int(digits) if digits.isdecimal() and len(digits) < 3 else 0  # noqa: PLR2004
    return day if 0 < day <= _LAST_DAY else None


def _is_month(token: Token) -> bool:
    return token.is_capital and token.key in months()


def _is_tens(token: Token) -> bool:
    return _is_spelt(token) and int(token.key[1:]) in range(20, 100, 10)


def _is_unit(token: Token) -> bool:
    return _is_spelt(token) and int(token.key[1:]) in range(1, 10)


def _is_spelt(token: Token) -> bool:
    """Tell whether a number is written in letters, which never are as short as its digits."""
    is_small = token.key[1:].isdecimal() and len(token.key) <= _SAFE_DIGITS
    return token.kind == "number" and is_small and token.end - token.start > 2  # noqa: PLR2004
