"""The one form of a text that is kept and hashed, so that only a change of words is a revision.

What is folded, and nothing else:

* Unicode to NFC: an accent written as one sign or as two is the same letter.
* Signs nobody sees are dropped: byte order mark, zero-width space, word joiner, soft hyphen, marks
  of writing direction, control characters. The zero-width joiner and non-joiner stay: they carry
  meaning in the scripts of India and in Persian.
* Blanks of every kind and width, no-break ones and tabs among them, become one space; at the ends
  of lines they go.
* Line ends of every kind become one newline; one blank line or many become one blank line, which
  is the border of a paragraph. None at the start and end.

Kept, so that changing it is a revision: letters, case, digits, accents, quotation marks, dashes,
hyphens, apostrophes, ligatures, emoji, and where lines and paragraphs end.
"""

import hashlib
import re
import unicodedata

_PARAGRAPH = re.compile("\u2029")
_LINE_END = re.compile("\r\n|[\r\v\f\u0085\u2028]")
UNSEEN = re.compile(
    "[\x01-\x08\x0e-\x1f\x7f\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064"
    "\u2066-\u206f\ufeff]"
)
"""Matches a sign that nobody sees."""

_BLANKS = re.compile(r"[^\S\n]+")
_AROUND_LINE_END = re.compile(" ?\n ?")
_BLANK_LINES = re.compile("\n{3,}")
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def normalise_text(text: str) -> str:
    r"""Fold what is only formatting; doing it twice changes nothing more.

    >>> normalise_text("Se\u0301at \u00a0talks\r\n\r\n\r\nwent\u200b on ")
    'Séat talks\n\nwent on'

    Raises:
        ValueError: if the text holds a NUL or half of a surrogate pair: it was decoded wrongly.
    """
    return text if _is_plain(text) else _fold(text)


def _fold(text: str) -> str:
    if broken := _UNSTORABLE.search(text):
        raise ValueError(
            f"character {broken.start()} of the text is U+{ord(broken[0]):04X}, which no text "
            "holds: the page was decoded wrongly; keep its capture and mend its encoding"
        )
    seen = UNSEEN.sub("", _LINE_END.sub("\n", _PARAGRAPH.sub("\n\n", text)))
    spaced = _BLANKS.sub(" ", unicodedata.normalize("NFC", seen))
    return _BLANK_LINES.sub("\n\n", _AROUND_LINE_END.sub("\n", spaced)).strip()


def _is_plain(text: str) -> bool:
    """Tell at a glance of most posts that there is nothing to fold: one line, no strange signs.

    All that is folded is unprintable by Unicode's categories, or a blank beside another, or at an
    end, or not in NFC.
    """
    return (
        text.isprintable()
        and "  " not in text
        and text[:1] != " "
        and text[-1:] != " "
        and (text.isascii() or unicodedata.is_normalized("NFC", text))
    )


def text_sha256(text: str) -> str:
    """Hash the UTF-8 bytes of the normalised text, as `sha256sum` does of a file of it."""
    return normalised_sha256(normalise_text(text))


def normalised_sha256(text: str) -> str:
    """Hash a text that is normalised already."""
    return hashlib.sha256(text.encode()).hexdigest()
