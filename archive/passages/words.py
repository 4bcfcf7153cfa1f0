"""Words: a text as the plain words by which passages are found, however it is printed.

What is folded is what newspapers change without a thought: case, accents, quotation marks, hyphens
and dashes, `&` and `%`, commas in numbers, the signs of tags and handles. Links are left out. Runs
of letters that are written without blanks (Chinese, Japanese, Thai ...) become pieces of two or
three letters that overlap, so that a passage has the same pieces wherever it begins.
"""

import re
import unicodedata

_NOT_SEEN = "\u00ad\u0640\u200b\u200c\u200d\u2060\ufeff"
_APOSTROPHES = "'`\u00b4\u02bb\u02bc\u2018\u2019\u201b\u2032"
_USUAL_SIGNS = {
    "\u2019": "",
    "\u2018": "",
    "\u201c": " ",
    "\u201d": " ",
    "\u2013": " ",
    "\u2014": " ",
    "\u2026": " ",
}
_LETTERS = {"\u0131": "i", "ł": "l", "ø": "o", "đ": "d", "ð": "d", "æ": "ae", "œ": "oe", "þ": "th"}
_FOLD = str.maketrans(dict.fromkeys(_NOT_SEEN + _APOSTROPHES) | _LETTERS)
_ACCENTS = re.compile("[\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u0670]")

_LINK = re.compile(r"(?:https?://|www\.|pic\.twitter\.com/)\S+")
_TAG = re.compile(r"[#@]\w+")
_HUMP = re.compile(r"(?<=[a-z\d])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|(?<=[A-Za-z]{2})(?=\d)")
_COMMA_IN_NUMBER = re.compile(r",(?<=\d,)(?=(?:\d\d,)*\d{3}(?!\d))")
_PREFIX = re.compile(r"\b(co|re|pre|non|anti|de|e)[-\u2010\u2011](?=[^\W\d_])")
_INITIALS = re.compile(r"\b(?:[^\W\d_]\.){2,}")
_HAS_INITIALS = re.compile(r"\.[^\W\d_]\.")
_HAS_DECIMALS = re.compile(r"\.(?<=\d\.)\d")

# \w leaves out the vowel signs of these scripts.
_SIGNS = "\u0900-\u0963\u0966-\u0dff\u0f71-\u0f84"
_TWOS = "\u3005-\u3007\u3041-\u30ff\u31f0-\u31ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_THREES = "\u0e01-\u0eff\u1000-\u109f\u1780-\u17d3\u19e0-\u19ff\uaa60-\uaa7f"
_WORD = re.compile(
    rf"(?P<twos>[{_TWOS}]+)|(?P<threes>[{_THREES}]+)"
    rf"|\d+(?:\.\d+)+|(?:[^\W_{_TWOS}{_THREES}]|[{_SIGNS}])+"
)
_NO_WORDS = str.maketrans({sign: " " for sign in map(chr, range(128)) if not sign.isalnum()})
_HAS_PIECES = re.compile(f"[{_TWOS}{_THREES}]")


def words_of(text: str) -> list[str]:
    """Take a text apart into its words, in order.

    >>> " ".join(words_of("'Co-operation' with @U.N. & #MakeInNorland rose by 1,400, or 40%!"))
    'cooperation with un and make in norland rose by 1400 or 40 percent'
    >>> words_of("São Tomé's"), words_of("海洋安全")
    (['sao', 'tomes'], ['海洋', '洋安', '安全'])
    """
    if "#" in text or "@" in text:
        text = _TAG.sub(lambda tag: _HUMP.sub(" ", tag[0][1:].replace("_", " ")), text)
    text = _letters(text)
    if "/" in text or "www." in text:
        text = _LINK.sub(" ", text)
    text = _signs(text)
    if text.isascii() and not _HAS_DECIMALS.search(text):
        return text.translate(_NO_WORDS).split()
    if not _HAS_PIECES.search(text):
        return [found[0] for found in _WORD.finditer(text)]
    return [piece for found in _WORD.finditer(text) for piece in _pieces(found)]


def is_in_pieces(word: str) -> bool:
    """Tell whether a word is of a script without blanks, of which pieces are taken for words."""
    return _HAS_PIECES.search(word) is not None


def _letters(text: str) -> str:
    """Fold case and accents; letters that look alike become one, signs that nobody sees go."""
    if not text.isascii():
        for sign, plain in _USUAL_SIGNS.items():  # mostly, there are no others
            text = text.replace(sign, plain)
    if text.isascii():
        return text.lower().replace("'", "").replace("`", "")
    text = unicodedata.normalize("NFKC", text).casefold().translate(_FOLD)
    if text.isascii():
        return text
    bare = _ACCENTS.sub("", unicodedata.normalize("NFKD", text))
    return unicodedata.normalize("NFC", bare)


def _signs(text: str) -> str:
    """Write signs as the words for which they stand, or leave them out."""
    if "&" in text:
        text = text.replace("&amp;", " and ").replace("&", " and ")
    if "%" in text:
        text = text.replace("%", " percent ")
    if "per cent" in text:
        text = text.replace("per cent", "percent")
    if "," in text:
        text = _COMMA_IN_NUMBER.sub("", text)
    if "-" in text or "\u2010" in text or "\u2011" in text:
        text = _PREFIX.sub(r"\1", text)
    if _HAS_INITIALS.search(text):
        text = _INITIALS.sub(lambda initials: initials[0].replace(".", ""), text)
    return text


def _pieces(found: re.Match[str]) -> list[str]:
    size = {"twos": 2, "threes": 3}.get(found.lastgroup or "", 0)
    word = found[0]
    if not size or len(word) <= size:
        return [word]
    return [word[at : at + size] for at in range(len(word) - size + 1)]
