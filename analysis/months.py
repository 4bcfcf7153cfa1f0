"""Names of months: English at once, every other language through dateparser."""

import re
from functools import lru_cache

ENGLISH_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan january",
            "feb february",
            "mar march",
            "apr april",
            "may",
            "jun june",
            "jul july",
            "aug august",
            "sep sept september",
            "oct october",
            "nov november",
            "dec december",
        ),
        start=1,
    )
    for name in names.split()
}
# The Levant's names, which dateparser does not have.
_LEVANT_MONTHS = {
    "كانون الثاني": 1,
    "شباط": 2,
    "آذار": 3,
    "نيسان": 4,
    "أيار": 5,
    "حزيران": 6,
    "تموز": 7,
    "آب": 8,
    "أيلول": 9,
    "تشرين الأول": 10,
    "تشرين الثاني": 11,
    "كانون الأول": 12,
}


@lru_cache(maxsize=4096)
def month_named(word: str, languages: tuple[str, ...]) -> int | None:
    """Give the number of a month named in English or one of the languages, None if unsure."""
    word = re.sub(r"^of\s+", "", word.lower())
    if not word:
        return None
    month = ENGLISH_MONTHS.get(word)
    if month is None and "ar" in languages:
        month = _LEVANT_MONTHS.get(word)
    if month:
        return month
    months = {_month_in(language, word) for language in languages if language != "en"} - {None}
    # Listopad is October in Zagreb and November in Prague.
    return months.pop() if len(months) == 1 else None


def _month_in(language: str, word: str) -> int | None:
    from dateparser.date import DateDataParser  # slow, and seldom needed

    parser = DateDataParser(
        languages=[language],
        settings={
            "DATE_ORDER": "DMY",
            "PARSERS": ["absolute-time"],
            "REQUIRE_PARTS": ["day", "month", "year"],
        },
    )
    try:
        # A whole date with the name in it: what is not wholly understood is not read.
        found = parser.get_date_data(f"15 {word} 2020").date_obj
    except ValueError as error:
        raise LookupError(f"cannot read dates in {language!r}: {error}") from error
    if found is None or (found.year, found.day) != (2020, 15):
        return None
    return int(found.month)
