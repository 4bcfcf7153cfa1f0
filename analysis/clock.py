"""Times of day and zones in a date line: which instant a written clock reading stands for."""

import re
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from datetime import timezone as fixed_zone
from zoneinfo import ZoneInfo


@dataclass(frozen=True)
class Reading:
    """One clock reading as written, before anything is known about its zone."""

    at: time
    """The hour, minute and second."""
    offset: timedelta | None = None
    """An offset from UTC that the text itself states."""
    zone: str | None = None
    """A zone named in the text, to be believed only if it is the source's own."""
    doubtful: bool = False
    """Whether the half of the day cannot be told, so that the hour means nothing."""


_CLOCK_FACE = range(1, 13)
_AFTERNOON = ("下午", "午後", "오후", "晚上", "中午", "pm", "م", "مساء", "μμ", "अपराह्न")

_CLOCK = re.compile(
    r"""
    (?<![\d:.])
    (?P<before> 上午 | 午前 | 오전 | 凌晨 | 早上 | 清晨 | 下午 | 午後 | 오후 | 晚上 | 中午 )? \s?
    (?: (?P<hour>\d{1,2})
        (?: : (?P<minute>\d{2}) (?: : (?P<second>\d{2}) (?:[.,]\d{1,9})? )?
          | \s? h \s? (?P<after_h>\d{2}) (?: \s? min )? (?![^\W\d_])
          | (?<= [àa] \s \d{2}) \s? h (?![^\W\d_]) | (?<= [àa] \s \d) \s? h (?![^\W\d_])
          | \s? [時时點点시] (?: \s? (?P<after_point>\d{1,2}) \s? [分분] | (?P<half>半) )?
            (?: \s? (?P<cjk_second>\d{1,2}) \s? [秒초] )?
          | \. (?P<after_dot>\d{2}) (?= \s? (?:[ap]\.?\s?m\b|uhr\b|hrs\b) )
          | (?= \s? (?:[ap]\.?\s?m\b|uhr\b|noon\b) )
        )
      | (?P<army>\d{4}) (?= \s? (?:hrs|hours)\b )
    )
    (?! [\d:] | \.\d )
    (?: \s? (?:uhr|hrs|hours|noon)\b )?
    (?: \s? (?P<after> [ap]\.?\s?m\b\.? | صباحا | مساء | [صم](?!\w) | [πμ]\.?μ\.?
                     | पूर्वाह्न | अपराह्न ) )?
    """,
    re.VERBOSE | re.IGNORECASE,
)
_OFFSET = re.compile(
    r"""
    \s? [(\[]? (?: (?P<utc>UTC|GMT|UT|Zulu|Z)\b (?: \s? (?P<of_utc>[+-]\d{1,2}(?::?\d{2})?)(?!\d) )?
      | (?P<bare>\+\d{2}:?\d{2}|\+\d{2}|-\d{4})(?![\d:]) ) [)\]]?
    """,
    re.VERBOSE | re.IGNORECASE,
)
_AFTER_SECONDS = re.compile(r"\s?(?P<bare>-\d{2}:\d{2}|-\d{2})(?![\d:])")
_NAME = re.compile(r"[\s,(\[]{0,3}(?P<name>[A-Z]{1,5}|[a-z]{3,4})(?![^\W_])")
_PHRASE = re.compile(r"[\s,(\[]{0,3}(?P<name>[A-Za-z][\w ]{1,40}? [Tt]ime)\b")
_PLACE = re.compile(r"\b[A-Z][A-Za-z]+/[A-Z][A-Za-z_]+(?:/[A-Z][A-Za-z_]+)?")

# Names of zones that turn up in date lines; most stand for several zones, so none has an offset.
_ABBREVIATIONS = re.compile(
    r"\b(?:ACDT|ACST|ADT|AEDT|AEST|AKDT|AKST|AST|AWST|BRT|BST|CAT|CDT|CEST|CET|CST|EAT|EDT|"
    r"EEST|EET|EST|ET|GST|HKT|HST|IDT|IRST|IST|JST|KST|MDT|MESZ|MEZ|MSK|MST|MT|NDT|NPT|"
    r"NST|NZDT|NZST|PDT|PKT|PST|PT|SAST|SGT|TRT|WAT|WEST|WET|WIB|WIT)\b"
)
_LOWER_CASE = frozenset({"bst", "cdt", "cest", "cet", "cst", "edt", "est", "ist", "jst", "msk"})
_NOT_ZONES = frozenset({"AT", "BY", "IN", "ON"})
_SAME_NAME = {
    "MEZ": {"CET"},
    "MESZ": {"CEST"},
    "ET": {"EST", "EDT"},
    "CT": {"CST", "CDT"},
    "MT": {"MST", "MDT"},
    "PT": {"PST", "PDT"},
    "INDIAN STANDARD TIME": {"IST"},
    "INDIA STANDARD TIME": {"IST"},
}

# "10:40 at the time of Lima" in other words than English: whose clock it was is not settled.
_ELSEWHERE = re.compile(
    r"\bheure d|\bhora d|\bora di\b|ortszeit|\w \w+ времени|当地时间|當地時間|現地時間|현지",
    re.IGNORECASE,
)
# With a twelve-hour reading these words decide the half of the day, in ways not worth guessing.
_DAY_PART = re.compile(
    r"\b(?:morning|afternoon|evening|night|midnight|matin|soir|après-midi|mañana|tarde|noche|"
    r"madrugada|manhã|noite|mattina|pomeriggio|sera|morgens|nachmittags|abends|nachts|утра|дня|"
    r"вечера|ночи|rano|wieczorem|öö|ös)\b",
    re.IGNORECASE,
)
_OTHER_SCRIPT = re.compile(r"[\u0530-\u10ff\u1200-\u137f\u1780-\u17ff]")
_PLAIN_WORDS = frozenset({"बजे", "को", "पर", "الساعة", "في", "น", "เวลา", "בשעה", "ساعت"})


def take_times(text: str) -> tuple[str, tuple[Reading, ...]]:
    """Split a date line into what is left without its clock readings, and those readings.

    Raises:
        ValueError: if a reading is impossible (25:61).
    """
    readings: list[Reading] = []
    rest: list[str] = []
    end = 0
    for found in _CLOCK.finditer(text):
        if found.start() < end:
            continue
        reading, stop = _with_zone(_read_clock(found), text, found)
        if _other_words_decide(text[end : found.start()], text[stop:]):
            reading = replace(reading, doubtful=reading.doubtful or _is_bare(found))
        readings.append(reading)
        rest.append(text[end : found.start()])
        end = stop
    rest.append(text[end:])
    left = " ".join(rest)
    return left, tuple(_with_stray_zone(reading, left) for reading in readings)


def instant_of(day: date, reading: Reading, zone: ZoneInfo) -> datetime | None:
    """Give the UTC instant of a reading, or None where the text does not settle it.

    It is not settled by a zone other than the source's own, nor at a local time that daylight
    saving skips or repeats.
    """
    if reading.doubtful:
        return None
    local = datetime.combine(day, reading.at)
    if reading.offset is not None:
        return local.replace(tzinfo=fixed_zone(reading.offset)).astimezone(UTC)
    meant = [each for each in _instants(local, zone) if _is_named(each, reading.zone, zone)]
    return meant[0] if len(meant) == 1 else None


def _instants(local: datetime, zone: ZoneInfo) -> set[datetime]:
    """Give the UTC instants at which the zone's clocks show this time: none, one or two."""
    readings = (local.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    return {each for each in readings if each.astimezone(zone).replace(tzinfo=None) == local}


def _is_named(instant: datetime, name: str | None, zone: ZoneInfo) -> bool:
    """Tell whether the name is one that the zone itself bears at that instant."""
    if name is None:
        return True
    upper = " ".join(name.upper().split())
    own = instant.astimezone(zone).tzname() or ""
    city = zone.key.rpartition("/")[2].replace("_", " ").upper()
    names = {own, "LOCAL TIME", f"{city} TIME", zone.key.upper()}
    return upper in names or own in _SAME_NAME.get(upper, ())


def _read_clock(found: re.Match[str]) -> Reading:
    part = found.groupdict()
    if part["army"]:
        return Reading(time(int(part["army"][:2]), int(part["army"][2:])))
    minute = next(
        (part[k] for k in ("minute", "after_h", "after_point", "after_dot") if part[k]), 0
    )
    hour, minute = int(part["hour"]), 30 if part["half"] else int(minute)
    at = time(hour, minute, int(part["second"] or part["cjk_second"] or 0))
    half = re.sub(r"[.\s]", "", part["after"] or part["before"] or "").casefold()
    if not half:
        return Reading(at)
    if hour not in _CLOCK_FACE:  # "14:30 PM" contradicts itself
        return Reading(at, doubtful=True)
    return Reading(at.replace(hour=hour % 12 + (12 if half in _AFTERNOON else 0)))


def _is_bare(found: re.Match[str]) -> bool:
    """Tell whether a reading could be of either half of the day."""
    marked = found["before"] or found["after"] or found["army"]
    return not marked and int(found["hour"]) in _CLOCK_FACE


def _other_words_decide(before: str, after: str) -> bool:
    if _DAY_PART.search(before[-40:]) or _DAY_PART.search(after[:40]):
        return True
    neighbours = [*before.split()[-1:], *after.split()[:1]]
    return any(
        _OTHER_SCRIPT.search(word) and word.strip(".,،()") not in _PLAIN_WORDS
        for word in neighbours
    )


def _with_zone(reading: Reading, text: str, found: re.Match[str]) -> tuple[Reading, int]:
    """Add the offset or zone name that follows a reading; give where the reading ends."""
    end = found.end()
    offset = _OFFSET.match(text, end)
    if offset is None and found["second"]:
        offset = _AFTER_SECONDS.match(text, end)
    if offset:
        parts = offset.groupdict()
        stated = read_offset(parts.get("of_utc") or parts["bare"] or "+00")
        if stated is None:
            raise ValueError(f"no clock on earth has the offset {offset[0].strip()!r}")
        return replace(reading, offset=stated), offset.end()
    for pattern in (_PHRASE, _NAME):
        named = pattern.match(text, end)
        if named and _may_be_zone(named["name"]):
            return replace(reading, zone=named["name"]), named.end()
    return reading, end


def _may_be_zone(name: str) -> bool:
    if name.islower() and " " not in name:
        return name in _LOWER_CASE
    return name not in _NOT_ZONES


def _with_stray_zone(reading: Reading, left: str) -> Reading:
    """Add a zone that is named elsewhere in the line; two of them make the reading doubtful."""
    if reading.offset is not None:
        return reading
    if _ELSEWHERE.search(left):
        return replace(reading, doubtful=True)
    names = (
        set(_ABBREVIATIONS.findall(left))
        | set(_PLACE.findall(left))
        | ({reading.zone} if reading.zone else set())
    )
    if len(names) > 1:
        return replace(reading, doubtful=True)
    return replace(reading, zone=names.pop() if names else None)


def read_offset(text: str) -> timedelta | None:
    """Read "+05:30", "-0400" or "+3" as an offset; None for one that no zone has."""
    digits = re.sub(r"\D", "", text[1:])
    whole = len(digits) in {1, 2}
    hours, minutes = (int(digits), 0) if whole else (int(digits[:-2]), int(digits[-2:]))
    offset = timedelta(hours=hours, minutes=minutes)
    if text.startswith("-"):
        # West of Greenwich only four offsets are off the hour: 10:40-11:30 is a stretch of time.
        known = minutes == 0 or (hours, minutes) in {(2, 30), (3, 30), (4, 30), (9, 30)}
        return -offset if known and offset <= timedelta(hours=12) else None
    return offset if offset <= timedelta(hours=14) and minutes in {0, 15, 30, 45} else None
