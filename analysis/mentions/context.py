"""What stands around a name: whether it means the country there, or a person, a state, a word."""
# ruff: noqa: RUF001 - typographic apostrophes are meant.

import re
from functools import cache

from analysis.mentions.scan import Found
from analysis.mentions.tables import rows_of, words_of

_STATES = (
    "Alabama|Alaska|Arizona|Arkansas|California|Colorado|Connecticut|Delaware|Florida|Georgia|Hawaii"
    "|Idaho|Illinois|Indiana|Iowa|Kansas|Kentucky|Louisiana|Maine|Maryland|Massachusetts|Michigan"
    "|Minnesota|Mississippi|Missouri|Montana|Nebraska|Nevada|New Hampshire|New Jersey|New Mexico"
    "|New York|North Carolina|North Dakota|Ohio|Oklahoma|Oregon|Pennsylvania|Rhode Island"
    "|South Carolina|South Dakota|Tennessee|Texas|Utah|Vermont|Virginia|Washington State"
    "|West Virginia|Wisconsin|Wyoming|Ontario|Alberta|Manitoba|Saskatchewan|Nova Scotia"
)
# `Georgia` is no state here: "Moscow, Georgia" is a list.
_IN_A_STATE = re.compile(rf", (?:{_STATES.replace('|Georgia', '')})\b")
_AMERICAN = re.compile(
    rf"\b(?:{_STATES.replace('|Georgia', '')}|Atlanta|Savannah|Augusta|Gov(?:ernor|\.)"
    r"|Senators?|Sen\.|Rep\.|Congress(?:man|woman)?|GOP|Republicans?|Democrats?|runoff"
    r"|Peach State|Kemp|Fulton|[Cc]ounty"
    r"|Carolinas?|Secretary of State|[Vv]oters?|electoral)\b"
)
_CAUCASIAN = re.compile(
    r"\b(?:Tbilisi|Batumi|Georgians?|Abkhaz\w*|Ossetia\w*|Caucas\w+|Russian?s?|Moscow|Putin"
    r"|Armenia|Azerbaijan|Moldova|Ukraine|Black Sea|Eastern Partnership|Eurasia\w*|NATO|EU"
    r"|European Union)\b"
)
_TITLES = words_of("context.titles")
# What follows a country or its capital with a capital letter and is no surname.
_AFTER_COUNTRIES = re.compile(
    r"(?:Foreign|Prime|Defen[cs]e|President|Minister|Ministry|Government|Embassy|Ambassador|King|Queen"
    r"|Crown|Parliament|Police|Army|Navy|Air|Armed|Security|Peace|Summit|Conference|Forum|Talks"
    r"|Declaration|Times|Post|Olympics|Games|Airport|Stock|University|School|Institute|Climate|Pact"
    r"|Accords?|Agreement|Process|Treaty|Convention|Protocol|Valley|River|Basin|Hamas|War|National"
    r"|Central|Bank|Fund|Party|People|Delegation|Republic|Day|Week|Office|Border|Response|Relations"
    r"|Partnership|Council|Committee|Commission|Refugee|Energy|Trade|Business|Aid|Desk|Task|Plan"
    r"|Group|Zoo|City|Club|International|Economic|Development|Strategy|And|But|The|We|In|On|For|To"
    r"|This|That|It|He|She|They|I|Our|My|Is|Has|Will|FM|PM|MFA|Today|January|February|March|April|May"
    r"|June|July|August|September|October|November|December|Monday|Tuesday|Wednesday|Thursday|Friday"
    r"|Saturday|Sunday)\b"
)
_SURNAME = re.compile(r" ([A-Z][a-z]+(?:-[A-Z][a-z]+)?)(?! [A-Z])")
_SPEAKING = re.compile(
    r"(?:[- ](?:languages?|speaking|speakers?|translations?|subtitles|alphabet|grammar)\b)"
)
_IN_LANGUAGE = re.compile(
    r"\b(?:[Ii]n|[Ii]nto|from|and|or|,|speaks?|spoken?|learn(?:s|ed|t|ing)?|teach(?:es|ing)?|fluent|"
    r"speaking|study(?:ing)?|Available|available in|[Bb]oth)\W+$"
)
_ENDS = re.compile(r"\s*(?:$|[.;:!?)\]|\n]|,? (?:and|or|&)\b|, [A-Z]\w+(?:,|\.| and| or)|here\b)")
_IN_OR_SPEAKS = re.compile(
    r"\b(?:[Ii]n|[Ii]nto|speaks?|spoke|spoken|speaking|learn(?:s|ed|t|ing)?|translated|fluent|"
    r"language[s:]*|Available|available)\b[^.;:!?]{0,60}$"
)
_SURNAMES = frozenset({"Cuban", "French", "German", "Irish", "Kiwi"})
_TONGUES = words_of("context.tongues")
_PLACED = re.compile(
    r"\b(?:[Ii]n|[Tt]o|[Aa]t|[Nn]ear|[Ll]eaves?|[Ll]eft|[Ll]eaving|[Rr]each(?:ed)?|[Oo]utside"
    r"|[Vv]isit(?:s|ed|ing)?|[Aa]round) $"
)
_ACRONYM_USED = re.compile(r"\b(?:the|[Tt]he|with|by|of|from|to|and|at) $")
_AFTER_WHO = re.compile(
    r"['’]s\b| (?:Director|DG|Regional|Executive|said|says|has|chief|guid|experts?|office|team|data"
    r"|report|recommend|warn|declare[sd]?|estimat|Africa|Europe|mission|support|emergency)"
)
_AFTER_QUAD = re.compile(
    r"['’]s\b|[ -](?:[Ll]eaders?|[Ss]ummit|[Ff]oreign|[Mm]eeting|[Mm]inisters?|[Pp]artners?"
    r"|[Nn]ations|[Cc]ountries|[Mm]embers?|[Mm]inisterial|[Gg]roup|[Cc]ooperation|[Ff]ramework|[Cc]ounter)"
)


@cache
def _given_names() -> frozenset[str]:
    return frozenset(row[0] for row in rows_of("given_names"))


def means_country(text: str, found: Found) -> bool:
    """Judge by the words around whether a country is meant; `found` is of the kind country."""
    start, end, term = found
    if text[end : end + 1] == "," and _IN_A_STATE.match(text, end):
        return False
    judge = _JUDGES.get(term.rule)
    return judge is None or judge(text, start, end)


def means_organisation(text: str, found: Found) -> bool:
    """Judge by the words around whether an abbreviation that is a word is an organisation."""
    start, end, term = found
    if term.rule == "org-word":
        if _is_shouted(text, start, end):
            return False
        return bool(
            _AFTER_WHO.match(text, end) or _ACRONYM_USED.search(text, max(0, start - 6), start)
        )
    if term.rule == "quad":
        return bool(_AFTER_QUAD.match(text, end)) or text[start:end] not in {"Quad", "QUAD"}
    return True


def _no_person(text: str, start: int, end: int) -> bool:
    if _is_named_before(text, start):
        return False
    surname = _SURNAME.match(text, end)
    return surname is None or _AFTER_COUNTRIES.match(surname[1]) is not None


def _no_surname(text: str, start: int, _end: int) -> bool:
    return not _is_named_before(text, start)


def _is_named_before(text: str, start: int) -> bool:
    if text[start - 1 : start] != " ":
        return False
    word = text[max(0, start - 20) : start - 1].rpartition(" ")[2].rstrip(".")
    return word in _TITLES or word in _given_names()


def _no_state(text: str, start: int, end: int) -> bool:
    if not _no_person(text, start, end):
        return False
    return not _AMERICAN.search(text) or bool(_CAUCASIAN.search(text))


def _no_language(text: str, start: int, end: int) -> bool:
    word = text[start:end]
    if word not in _TONGUES:
        return word not in _SURNAMES or not _is_named_before(text, start)
    if word in _SURNAMES and _is_named_before(text, start):
        return False
    if _SPEAKING.match(text, end):
        return False
    before = text[max(0, start - 70) : start]
    return not (
        _ENDS.match(text, end) and _IN_LANGUAGE.search(before) and _IN_OR_SPEAKS.search(before)
    )


def _is_prefix(text: str, _start: int, end: int) -> bool:
    return (
        text[end : end + 1] in {"-", "–", "\N{NON-BREAKING HYPHEN}"}
        and text[end + 1 : end + 2].isupper()
    )


def _is_america(text: str, start: int, end: int) -> bool:
    return not _is_shouted(text, start, end)


def _is_shouted(text: str, start: int, end: int) -> bool:
    """Tell whether the words on both sides, or the whole short text, are in capitals."""
    before = text[max(0, start - 20) : start].split()
    after = text[end : end + 20].split()
    near = [word.strip(".,!?:;-'\"") for word in (*before[-1:], *after[:1])]
    return bool(near) and all(
        word.isupper() and word.isalpha() and len(word) >= len("YES") for word in near
    )


def _no_file(text: str, start: int, end: int) -> bool:
    return text[start - 1 : start] != "." and not re.match(
        r" (?:file|image|format)", text[end : end + 8]
    )


_JUDGES = {
    "name": _no_person,
    "surname": _no_surname,
    "georgia": _no_state,
    "demonym": _no_language,
    "prefix": _is_prefix,
    "us": _is_america,
    "png": _no_file,
}


def is_the_city(text: str, start: int) -> bool:
    """Tell whether `Brussels` is where somebody is or goes (Belgium), not who acts (the EU)."""
    return bool(_PLACED.search(text[max(0, start - 14) : start]))
