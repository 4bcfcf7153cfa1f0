"""The subjects of cue verbs and of sentences: whose words a quotation is."""
# ruff: noqa: RUF001 - typographic dashes are meant.

from collections.abc import Sequence

from analysis.quotes.cues import Token, is_end, is_name
from analysis.quotes.lexicon import cue_forms, words_of
from analysis.spans import Span

_FARTHEST = 60
_LONGEST_NAME = 9
_PERSONS = words_of("pronouns")
_DETERMINERS = words_of("determiners")
_PREPOSITIONS = words_of("prepositions")
_AUXILIARIES = words_of("auxiliaries")
_CLAUSE = words_of("clause")
_OPENERS = words_of("openers")
_SUBJECTS = words_of("subjects")
_JOINING = words_of("joining")
_LEADING = _PREPOSITIONS - {"as", "that", "before", "after", "since"}
_NOT_SUBJECT = _CLAUSE | (_OPENERS - _LEADING)
_ASIDE_MARKS = frozenset(",—–;:-(")
_TIMES = words_of("times")
_RELATIVE = frozenset({"who", "which", "that"})


def subject_before(tokens: Sequence[Token], index: int) -> Span | None:
    """Find the words that are the subject of the verb at an index, looking backwards."""
    at = index - 1
    if at > 1 and tokens[at].low == "to":
        # `went on to say`, `seemed to suggest`
        at -= 2 if tokens[at - 1].low == "on" else 1
        if not (tokens[at].low == "went" or tokens[at].low.endswith(("ed", "s"))):
            return None
        at -= 1
    at = _skip_auxiliaries(tokens, at)
    if at < 0:
        return None
    if tokens[at].low in {"who", "which", "that"} and at:
        at -= 1
        if tokens[at].word == ",":
            at -= 1
        return _phrase_ending(tokens, at)
    if tokens[at].word in {",", "—", "–", ")", "-"}:
        return _around_aside(tokens, at)
    return _phrase_ending(tokens, at)


def _skip_auxiliaries(tokens: Sequence[Token], at: int) -> int:
    """Step over what may stand between subject and verb: `has also`, `on Tuesday`."""
    while at >= 0:
        low = tokens[at].low
        if (
            low in _AUXILIARIES
            or low.endswith("n't")
            or (low.endswith("ly") and not is_name(tokens[at]))
        ):
            at -= 1
        elif at and (low in _TIMES or low.isdigit()):
            before = at - 1
            while before > 0 and tokens[before].low in _DETERMINERS | {
                "last",
                "recent",
                "separate",
            }:
                before -= 1
            if before and tokens[before].low in {"on", "in", "at"}:
                before -= 1
            if before < 0 or is_end(tokens[before]) or (low.isdigit() and before == at - 1):
                return at
            at = before
        else:
            break
    return at


def _around_aside(tokens: Sequence[Token], at: int) -> Span | None:
    """Find the subject before an aside that ends at a comma: `Ode, the minister, said`."""
    if tokens[at].word == ")":
        return _phrase_ending(tokens, _before_bracket(tokens, at))
    begin = at
    while begin > 0 and not is_end(tokens[begin - 1]) and at - begin < _FARTHEST:
        begin -= 1
    start = begin
    for stop in range(begin, at + 1):
        if tokens[stop].word not in _ASIDE_MARKS:
            continue
        while start < stop and tokens[start].low in _NOT_SUBJECT:
            start += 1
        low = tokens[start].low
        if start < stop and low not in _LEADING and not low.endswith("ing"):
            phrase = _phrase_ending(tokens, stop - 1)
            if phrase is not None and phrase[0] <= tokens[start].start:
                return phrase
        start = stop + 1
    # No part between commas is the subject alone: the last name or noun before the aside.
    for stop in range(at - 1, begin, -1):
        if tokens[stop].word == tokens[at].word:
            return _phrase_ending(tokens, stop - 1)
    return _phrase_ending(tokens, at - 1)


def _before_bracket(tokens: Sequence[Token], at: int) -> int:
    while at > 0 and tokens[at].word != "(":
        at -= 1
    return at - 1


def _phrase_ending(tokens: Sequence[Token], at: int) -> Span | None:
    """Find the noun phrase whose last word stands at an index."""
    if at >= 0 and tokens[at].word == ")":
        at = _before_bracket(tokens, at)
    if at < 0:
        return None
    last = tokens[at]
    if last.low in _PERSONS or last.low in _SUBJECTS:
        return (last.start, last.end) if last.low != "who" else None
    if last.low.endswith(("'s", "s'")) or last.low in _DETERMINERS:
        return None
    first = _phrase_start(tokens, at)
    while first < at and tokens[first].low in _OPENERS | _CLAUSE | _JOINING:
        first += 1
    if first > at or (first == at and not is_name(last) and not last.low.endswith("s")):
        return None
    return tokens[first].start, last.end


def _phrase_start(tokens: Sequence[Token], at: int) -> int:
    """Walk back over the nouns of a phrase, and over `of` and the like to those before."""
    begin = at
    while begin >= 0 and at - begin < 2 * _LONGEST_NAME:
        token = tokens[begin]
        joins = begin > 1 and tokens[begin - 1].low in _JOINING and _is_noun(tokens[begin - 2])
        if token.low in _DETERMINERS:
            if not joins:
                return begin
            begin -= 2
            continue
        is_joint = begin < at and token.low in _JOINING and begin > 0
        if not _is_noun(token) and not (is_joint and _is_noun(tokens[begin - 1])):
            break
        if begin < at and _is_verb(token):
            break
        begin -= 1
    return begin + 1


def _is_verb(token: Token) -> bool:
    return token.low in cue_forms() and not is_name(token) and not token.low.endswith("ing")


def _is_noun(token: Token) -> bool:
    low = token.low
    return (
        (token.word[0].isalnum() or token.word[0] in "@#")
        and low not in _PREPOSITIONS
        and low not in _AUXILIARIES
        and low not in _CLAUSE
        and (low.partition("'")[0] not in _PERSONS)
    )


def subject_after(tokens: Sequence[Token], index: int) -> Span | None:
    """Find the subject that follows a verb: `said Ode`, `said a spokesman for the ministry`."""
    at = index + 1
    if at < len(tokens) and tokens[at].low.endswith("ly") and not is_name(tokens[at]):
        at += 1
    if at >= len(tokens):
        return None
    first = tokens[at]
    if first.low in _PERSONS - {"who", "it", "you"}:
        return first.start, first.end
    if not (is_name(first) or first.low in _DETERMINERS or _is_noun(first)):
        return None
    if first.low in _RELATIVE or (first.low in _CLAUSE) or first.low.endswith("ing"):
        return None
    end = at
    while end < len(tokens) and end - at < 2 * _LONGEST_NAME:
        token = tokens[end]
        if (
            token.low in _DETERMINERS
            or _is_noun(token)
            or (token.low in {"of", "for"} and end > at)
        ):
            end += 1
        else:
            break
    while end > at + 1 and not _is_noun(tokens[end - 1]):
        end -= 1
    if tokens[at].low in _DETERMINERS and end == at + 1:
        return None
    return first.start, tokens[end - 1].end


def first_subject(tokens: Sequence[Token]) -> Span | None:
    """Find the subject of a sentence: its first name, pronoun or noun phrase."""
    at = _past_opening(tokens)
    if at >= len(tokens):
        return None
    # `Eight years ago, he ...`: what stands before a comma and a pronoun only says when.
    for index in range(at + 1, min(at + _LONGEST_NAME, len(tokens) - 1)):
        if tokens[index].word == ",":
            if tokens[index + 1].low in _PERSONAL:
                at = index + 1
            break
    first = tokens[at]
    stem = first.low.partition("'")[0]
    if stem in _PERSONS | _SUBJECTS:
        return first.start, first.start + len(stem)
    end = at + (first.low in _DETERMINERS)
    while end < len(tokens) and end - at < 2 * _LONGEST_NAME and _is_in_subject(tokens, end):
        end += 1
        if tokens[end - 1].low in _ROLES and not (end < len(tokens) and is_name(tokens[end])):
            break
    while at < end < len(tokens) and tokens[end - 1].low.endswith("'s") and _is_noun(tokens[end]):
        end += 1
    while end > at and tokens[end - 1].low in _DETERMINERS | _JOINING:
        end -= 1
    return (first.start, tokens[end - 1].end) if end > at else None


def _past_opening(tokens: Sequence[Token]) -> int:
    """Step over what stands before the subject: `But`, `In Norport on Friday,`."""
    at = 0
    while at < len(tokens):
        low = tokens[at].low
        is_opening = (
            low in _OPENERS
            or low.endswith("ly")
            or not (tokens[at].word[0].isalnum() or tokens[at].word[0] in "@#")
        )
        if not is_opening and not low.endswith("ing") and low not in _PREPOSITIONS:
            break
        if low in _LEADING or low.endswith("ing") or low in _SUBORDINATE:
            commas = [i for i in range(at, len(tokens)) if tokens[i].word == ","]
            if not commas:
                return len(tokens)
            at = commas[0]
        at += 1
    return at


def _is_in_subject(tokens: Sequence[Token], at: int) -> bool:
    token = tokens[at]
    if is_name(token):
        return True
    if token.low in cue_forms() and token.low not in _ROLES:
        return False
    ahead = tokens[at + 1 : at + 4]
    leads_on = any(is_name(each) for each in ahead) and not any(
        each.word == "," or each.low in _AUXILIARIES for each in ahead
    )
    if token.low in {"of", "for"}:
        return leads_on
    return _is_noun(token) and (leads_on or tokens[at - 1].low in _DETERMINERS)


_ROLES = words_of("roles")
_PERSONAL = frozenset(["he", "she", "they", "i", "we"])
_SUBORDINATE = frozenset(
    [
        "when",
        "while",
        "after",
        "before",
        "as",
        "if",
        "although",
        "though",
        "because",
        "since",
        "asked",
    ]
)
