"""What one value of a source file must look like: durations, languages, zones, addresses, CSS."""

import re
from datetime import date, timedelta
from difflib import get_close_matches
from importlib import import_module
from typing import Annotated, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from cssselect import SelectorError
from pydantic import AfterValidator, BeforeValidator

_ISO_3166 = (
    "ad ae af ag ai al am ao aq ar as at au aw ax az ba bb bd be bf bg bh bi bj bl bm bn bo bq "
    "br bs bt bv bw by bz ca cc cd cf cg ch ci ck cl cm cn co cr cu cv cw cx cy cz de dj dk dm "
    "do dz ec ee eg eh er es et fi fj fk fm fo fr ga gb gd ge gf gg gh gi gl gm gn gp gq gr gs "
    "gt gu gw gy hk hm hn hr ht hu id ie il im in io iq ir is it je jm jo jp ke kg kh ki km kn "
    "kp kr kw ky kz la lb lc li lk lr ls lt lu lv ly ma mc md me mf mg mh mk ml mm mn mo mp mq "
    "mr ms mt mu mv mw mx my mz na nc ne nf ng ni nl no np nr nu nz om pa pe pf pg ph pk pl pm "
    "pn pr ps pt pw py qa re ro rs ru rw sa sb sc sd se sg sh si sj sk sl sm sn so sr ss st sv "
    "sx sy sz tc td tf tg th tj tk tl tm tn to tr tt tv tw tz ua ug um us uy uz va vc ve vg vi "
    "vn vu wf ws ye yt za zm zw"
)
_ISO_639_1 = (
    "aa ab ae af ak am an ar as av ay az ba be bg bi bm bn bo br bs ca ce ch co cr cs cu cv cy "
    "da de dv dz ee el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht "
    "hu hy hz ia id ie ig ii ik io is it iu ja jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky "
    "la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng nl nn no nr nv ny "
    "oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg si sk sl sm sn so sq sr ss "
    "st su sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo "
    "za zh zu"
)
COUNTRIES = frozenset(_ISO_3166.split())
LANGUAGES = frozenset(_ISO_639_1.split())
COUNTRY_SLIPS = {"uk": "gb", "en": "gb", "el": "gr", "ja": "jp", "zh": "cn", "da": "dk"}
LANGUAGE_SLIPS = {"jp": "ja", "cn": "zh", "cz": "cs", "dk": "da", "gr": "el", "ua": "uk"}
UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


def did_you_mean(word: str, words: frozenset[str] | set[str] | tuple[str, ...]) -> str:
    """Suggest the nearest of some words in brackets, or say nothing."""
    near = get_close_matches(word, sorted(words), n=1)
    return f" (did you mean '{near[0]}'?)" if near else ""


def _slip(word: str, slips: dict[str, str], known: frozenset[str]) -> str:
    if word.lower() in known:
        return f" (did you mean '{word.lower()}'?)"
    return f" (did you mean '{slips[word.lower()]}'?)" if word.lower() in slips else ""


def check_country(code: str) -> str:
    """Accept an ISO 3166-1 code, eu, un, or x? for fiction."""
    if code in COUNTRIES or code in {"eu", "un"} or re.fullmatch(r"x[a-z]", code):
        return code
    hint = _slip(code, COUNTRY_SLIPS, COUNTRIES)
    raise ValueError(f"is not a lower-case ISO 3166-1 code, 'eu', 'un' or 'x?': '{code}'{hint}")


def check_language(code: str) -> str:
    """Accept an ISO 639-1 code."""
    if code in LANGUAGES:
        return code
    hint = _slip(code, LANGUAGE_SLIPS, LANGUAGES)
    raise ValueError(f"is not an ISO 639-1 code: '{code}'{hint}")


def check_timezone(name: str) -> str:
    """Accept an IANA zone that exists; the list of all zones is read only to suggest one."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        hint = did_you_mean(name, available_timezones())
        raise ValueError(f"is not a time zone of the IANA list: '{name}'{hint}") from None
    return name


def read_duration(written: object) -> object:
    """Turn 30m, 6h, 1d or 2w into a length of time."""
    if isinstance(written, timedelta):
        return written
    match = re.fullmatch(r"([1-9]\d{0,4})([mhdw])", written) if isinstance(written, str) else None
    if match is None:
        raise ValueError(f"is not a length of time like 30m, 6h, 1d or 2w: '{written}'")
    return timedelta(**{UNITS[match[2]]: int(match[1])})


def check_url(url: str) -> str:
    """Accept a complete http or https address."""
    try:
        parts = urlsplit(url)
        complete = parts.scheme in {"http", "https"} and bool(parts.hostname) and not parts.username
    except ValueError:
        complete = False
    if not complete or re.search(r"\s", url):
        raise ValueError(f"is not a complete http:// or https:// address: '{url}'")
    return url


def check_url_template(url: str) -> str:
    """Accept an address with {page} where the number of the page goes, or {offset} of entries."""
    counted = re.sub(r"\{(?:page|offset)\}", "2", url)
    if counted == url:
        raise ValueError(f"needs {{page}} where the page number goes: '{url}'")
    if re.search(r"[{}]", counted):
        raise ValueError(f"may hold no other braces than {{page}} and {{offset}}: '{url}'")
    check_url(counted)
    return url


def check_url_beginning(written: str) -> str:
    """Accept an address, with or without https://, whose rest may be left open by a last *."""
    if not re.fullmatch(r"(https?://)?[\w.-]+(:\d+)?(/[^\s*]*)?\*?", written):
        raise ValueError(f"is not an address that may end in *, as in site.example/x*: '{written}'")
    return written


def check_regex(pattern: str) -> str:
    """Accept a regular expression that compiles."""
    try:
        re.compile(pattern)
    except re.error as error:
        raise ValueError(f"is not a regular expression: {error} in '{pattern}'") from None
    return pattern


def check_rewrite(pattern: str, to: str) -> str:
    """Accept a replacement that names only groups of its pattern."""
    try:
        compiled = re.compile(pattern)
    except re.error:
        return to  # The pattern's own check says so.
    names = {number: f"?P<{name}>" for name, number in compiled.groupindex.items()}
    groups = "".join(f"({names.get(number, '')})" for number in range(1, compiled.groups + 1))
    try:
        re.sub(groups, to, "", count=1)
    except (re.error, IndexError) as error:
        raise ValueError(f"does not fit its pattern '{pattern}': {error} in '{to}'") from None
    return to


def check_id_regex(pattern: str) -> str:
    """Accept a regular expression with exactly one group: the native id."""
    groups = re.compile(check_regex(pattern)).groups
    if groups != 1:
        raise ValueError(
            f"needs exactly one (group), the native id; '{pattern}' has {groups} "
            "(write (?:...) for a group that is not the id)"
        )
    return pattern


def check_person_id(name: str) -> str:
    """Accept a person's id: a country or eu, un, x?, then the name in plain letters."""
    if not re.fullmatch(r"[a-z]{2}(-[a-z0-9]+)+", name):
        raise ValueError(f"is not a person's id like 'xa-odalys-ferrant': '{name}'")
    return name


def check_css(selector: str) -> str:
    """Accept a CSS selector as parsel reads it, with ::text and ::attr(name)."""
    if selector.lstrip().startswith(("/", "./", "(/")):
        raise ValueError(f"is XPath, but selectors here are CSS: '{selector}'")
    try:
        import_module("parsel.csstranslator").css2xpath(selector)  # lxml loads only when needed
    except SelectorError as error:
        raise ValueError(f"is not a CSS selector: {error} in '{selector}'") from None
    return selector


def check_attribute_css(selector: str) -> str:
    """Accept a CSS selector that yields an attribute, such as a link's address."""
    if not re.search(r"::attr\([\w-]+\)\s*$", check_css(selector)):
        raise ValueError(f"must end in ::attr(href): '{selector}'")
    return selector


def check_element_css(selector: str) -> str:
    """Accept a CSS selector that yields elements."""
    if "::" in check_css(selector):
        raise ValueError(f"must select elements, without ::text or ::attr(): '{selector}'")
    return selector


def check_verified(written: object) -> object:
    """Accept a date, or never."""
    if written == "never" or type(written) is date:
        return written
    raise ValueError(f"is neither a date like 2026-01-31 nor 'never': '{written}'")


def read_fix_text(value: object) -> object:
    """Take a date that YAML has read for what was written: 2026-01-23 stays 2026-01-23."""
    return value.isoformat() if type(value) is date else value


Country = Annotated[str, AfterValidator(check_country)]
Language = Annotated[str, AfterValidator(check_language)]
Timezone = Annotated[str, AfterValidator(check_timezone)]
Duration = Annotated[timedelta, BeforeValidator(read_duration)]
WebUrl = Annotated[str, AfterValidator(check_url)]
IdRegex = Annotated[str, AfterValidator(check_id_regex)]
PersonId = Annotated[str, AfterValidator(check_person_id)]
Verified = Annotated[date | Literal["never"], BeforeValidator(check_verified)]
FixText = Annotated[str, BeforeValidator(read_fix_text)]
