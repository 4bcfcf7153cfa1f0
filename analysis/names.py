"""Names of persons: whether two ways of writing name the same one, and a slug for an id."""

import re
import unicodedata
from functools import lru_cache

_TITLES = frozenset(
    word
    for line in (
        "mr mrs ms miss dr prof professor sir dame lord lady baroness",
        "shri smt smti kumari sri herr frau m mme monsieur madame senor senora sr sra",
        "he his her excellency hon honourable honorable rt right the ambassador amb",
        "minister secretary president gen general lt lieutenant col colonel adm admiral air",
        "marshal chief brigadier major captain retd mp kc qc obe cbe kcmg gcmg",
    )
    for word in line.split()
)
_EXCELLENCY = re.compile(r"\bh\.\s?e\.")
_NOT_A_NAME = re.compile(r"[^\w\s.'-]+")
_UNDECOMPOSED = str.maketrans(
    {
        "ø": "o",
        "đ": "d",
        "ł": "l",
        "ß": "ss",
        "æ": "ae",
        "œ": "oe",
        "\N{LATIN SMALL LETTER DOTLESS I}": "i",
    }
)


@lru_cache(maxsize=4096)
def plain_name(name: str) -> str:
    """Fold a name to plain lower-case words without titles and marks.

    >>> plain_name("The Rt Hon. David Lammy MP"), plain_name("Shri Rajnath Singh")
    ('david lammy', 'rajnath singh')
    """
    folded = unicodedata.normalize("NFKD", name.casefold().translate(_UNDECOMPOSED))
    letters = "".join(sign for sign in folded if not unicodedata.combining(sign))
    named = _EXCELLENCY.sub(" ", letters)
    words = _NOT_A_NAME.sub(" ", named).replace(".", " ").split()
    return " ".join(word for word in words if word not in _TITLES) or " ".join(words)


def name_slug(name: str) -> str:
    """Write a name in plain letters joined by hyphens; empty where it has no Latin letters.

    >>> name_slug("Annalena Baerbock"), name_slug("António Costa")
    ('annalena-baerbock', 'antonio-costa')
    """
    return "-".join(re.findall(r"[a-z0-9]+", plain_name(name)))
