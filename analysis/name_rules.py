"""Which words with capitals are names: the rules, by a dictionary and by what stands around."""

import re
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

from analysis.spans import Span
from analysis.word_kinds import FINITE, verb_form, word_kind, words_listed


class Looks(NamedTuple):
    """What can be told of a word with a capital wherever it stands."""

    word: str
    """In lower case."""

    is_word: bool | None
    """Whether it is no name even amid a sentence; None if that hangs on what follows."""

    is_moved: bool
    """Whether its capital may come from emphasis, where it stands alone."""


Token = tuple[int, int, Looks]
"""Start, end and the word."""

_MOVED_WORDS = frozenset({"adverb", "verb", "adjective"})
_WISHES = frozenset({"hope", "love", "trust"})
_INNER = frozenset({"without", "of", "for", "the"})
_NO_SUBJECT = frozenset({"so", "not", "everyone", "everybody", "now", "as"})
_PREPOSITIONS = frozenset(
    (
        "in",
        "on",
        "under",
        "at",
        "to",
        "for",
        "from",
        "with",
        "against",
        "by",
        "near",
        "over",
        "after",
    )
)
_INITIAL = re.compile(r"\.(?= ?[^\W\d_a-z])")
_FOLLOWS = re.compile(r"['\u2019]s\b|[,:?]| \(| (?P<word>[a-z]+)")
_PARTNER = re.compile(r" (?:[^\W\d_a-z]|(?:its|his|her) )")


def word_looks(shown: str, word: str) -> Looks:
    """Tell what the looks of a word say; `word` is how the dictionary writes it."""
    is_moved = word_kind(word) in _MOVED_WORDS and word not in _name_words()
    return Looks(word, _is_never_name(shown, word), is_moved)


def names_in_run(
    text: str, tokens: list[Token], opens: bool, is_titled: bool, given: set[int]
) -> Sequence[Span]:
    """Find the names in a row of words with capitals; `opens`: a sentence may open with it."""
    if len(tokens) == 1 and not is_titled:
        is_word = _is_always_word(text, tokens[0], given)
        return () if is_word else _names_in_row(text, tokens, opens, is_titled, given)
    names: list[Span] = []
    row: list[Token] = []
    are_words = (
        _words_in_title(tokens, given)
        if is_titled
        else [_is_always_word(text, token, given) for token in tokens]
    )
    for at, (token, is_word) in enumerate(zip(tokens, are_words, strict=True)):
        if not is_word or (
            not is_titled
            and row
            and token[2].word in _INNER
            and at + 1 < len(tokens)
            and not are_words[at + 1]
        ):
            row.append(token)
            continue
        if row:
            names += _names_in_row(text, row, opens, is_titled, given)
            row = []
        opens = False
    if row:
        names += _names_in_row(text, row, opens, is_titled, given)
    return names


def _names_in_row(
    text: str, row: list[Token], opens: bool, is_titled: bool, given: set[int]
) -> Sequence[Span]:
    if not is_titled:
        if opens and not _opens_as_name(text, row, given):
            row, opens = row[1:], False
            if not row:
                return ()
        if (
            not opens
            and row[0][0] not in given
            and all(looks.is_moved for _, _, looks in row)
            and not _is_of_a_name(text, row)
        ):
            return ()
    return ((row[0][0], row[-1][1]),)


def _is_of_a_name(text: str, row: list[Token]) -> bool:
    start = row[0][0]
    return text.startswith(" of ", start - 4) or (
        len(row) > 1 and row[0][2].word in words_listed("place_head")
    )


def _is_always_word(text: str, token: Token, given: set[int]) -> bool:
    """Tell a word that is no name even with a capital amid a sentence ("The", "NOT", "Thank")."""
    start, end, looks = token
    if start in given:
        return False
    return not _INITIAL.match(text, end) if looks.is_word is None else looks.is_word


def _is_never_name(shown: str, word: str) -> bool | None:
    """Tell the same of a word wherever it stands; None if an initial is written like it."""
    if word in words_listed("greeting") or word == "i":
        return True
    kind = word_kind(word)
    if not kind or word in words_listed("plain_name"):
        return False
    if len(shown) > 1 and shown.isupper():
        return shown not in words_listed("acronym") and word not in _named_words()
    if len(word) == 1:
        return None if word == "a" else False
    return kind == "function"


def _words_in_title(tokens: list[Token], given: set[int]) -> list[bool]:
    """Tell the words from the names where every word has a capital."""
    words = [
        start not in given
        and looks.word not in words_listed("group")
        and (bool(word_kind(looks.word)) or looks.word == "i")
        for start, _, looks in tokens
    ]
    led, titles = words_listed("plain_name"), _named_words() | {"prime", "foreign", "general"}
    for at in range(len(tokens) - 2, -1, -1):
        if not words[at + 1] and tokens[at][2].word in led | titles:
            words[at] = False
    for at in range(1, len(tokens)):
        if tokens[at - 1][2].word in titles and tokens[at][2].word in _name_words() - titles:
            words[at - 1] = words[at] = False
    return words


def _opens_as_name(text: str, row: list[Token], given: set[int]) -> bool:
    """Tell whether the first word of a sentence is a name, or has its capital from its place."""
    start, end, (word, *_) = row[0]
    if not word_kind(word) or start in given or word in _named_words():
        return True
    if text[start:end] in words_listed("acronym") or _is_initial(text, end, word):
        return True
    if len(row) == 1:
        return _is_name_alone(text, end, word)
    if word in _WISHES:
        return False
    if word in {"may", "will"}:
        return _is_said_of(text, row[-1][1])
    return _is_name_with(word, row[1], given)


def _is_initial(text: str, end: int, word: str) -> bool:
    return len(word) == 1 and (word != "a" or _INITIAL.match(text, end) is not None)


def _is_name_with(word: str, second: Token, given: set[int]) -> bool:
    """Tell of a common word that opens a sentence, whether it is one name with what follows.

    What follows may be any name, so nothing but its common words may count.
    """
    start, _, (next_word, *_) = second
    if word in words_listed("place_head") or word in words_listed("title_part"):
        return True
    if next_word in _INNER or next_word == "britain" or word in words_listed("plain_name"):
        return True
    kind = word_kind(word)
    if word in words_listed("tone_name") and kind == "noun":
        return True
    if kind not in {"noun", "adjective"} or start in given or _leads(next_word):
        return False
    return word_kind(next_word) not in {"", "function"}


def _is_name_alone(text: str, end: int, word: str) -> bool:
    """Tell whether one word with a capital that opens a sentence is a name."""
    if word in words_listed("institution"):
        return text.startswith((" of ", " for "), end)
    is_plain = word in words_listed("plain_name")
    if not is_plain and word not in words_listed("tone_name"):
        return False
    follows = _FOLLOWS.match(text, end)
    if follows is None:
        return is_plain and text.startswith("!", end)
    after = follows["word"]
    if after == "and":
        return _PARTNER.match(text, follows.end()) is not None
    return after is None or _is_after_subject(after, word)


def _is_after_subject(after: str, word: str) -> bool:
    """Tell whether the word after "Hope", "May", "Brown" ... shows that a name is meant."""
    if after in _NO_SUBJECT:
        return False
    if verb_form(after) in FINITE or verb_form(after) == "VBP":
        return True
    kind = word_kind(word)
    match word_kind(after):
        case "plural":
            return verb_form(after[:-1]) != "" and kind != "adjective"
        case "function":
            is_noun = kind == "noun" and word in words_listed("plain_name")
            return is_noun and after in _PREPOSITIONS
        case "adverb":
            return True
    return False


def _leads(word: str) -> bool:
    """Tell whether a common word often is a name or the first of one."""
    kinds = ("place_head", "title_part", "plain_name", "tone_name", "title", "group")
    return any(word in words_listed(kind) for kind in kinds)


def _is_said_of(text: str, end: int) -> bool:
    """Tell "Will Smith said" from "Will Norland come": no bare verb follows."""
    follows = _FOLLOWS.match(text, end)
    if follows is None:
        return False
    return not follows["word"] or verb_form(follows["word"]) in FINITE


@cache
def _name_words() -> frozenset[str]:
    return _named_words().union(words_listed("plain_name"), words_listed("tone_name"))


@cache
def _named_words() -> frozenset[str]:
    return words_listed("title") | words_listed("group")
