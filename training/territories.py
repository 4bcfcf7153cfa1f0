"""Write `countries.csv` and `shown.csv` of analysis/mentions/: countries in all languages.

The names are facts taken from rigour (OpenSanctions, MIT licence), which knows them in some hundred
languages but not which name is of which language; that comes from the Unicode CLDR as Babel ships
it. Neither is needed to run On Record, since rigour needs the ICU library. A maintainer runs

    pip install rigour babel
    python training/territories.py

and reviews the difference. What no rule gets right (short forms, adjectives, capitals) is in the
hand-written files beside the one written here, which win where they differ.
"""
# ruff: noqa: RUF001 - letters of all scripts are meant.

import csv
import re
import unicodedata
from collections import defaultdict
from pathlib import Path

from babel import Locale, UnknownLocaleError
from rigour.territories.lookup import _load_territory_names

FOLDER = Path(__file__).resolve().parents[1] / "analysis" / "mentions"

# The languages that analysis/language.py can name: a name of another language is of no use.
LANGUAGES = [
    "af",
    "am",
    "ar",
    "as",
    "az",
    "be",
    "bg",
    "bn",
    "br",
    "bs",
    "ca",
    "cs",
    "cy",
    "da",
    "de",
    "dz",
    "el",
    "en",
    "eo",
    "es",
    "et",
    "eu",
    "fa",
    "fi",
    "fo",
    "fr",
    "fy",
    "ga",
    "gl",
    "gu",
    "ha",
    "he",
    "hi",
    "hr",
    "hu",
    "hy",
    "id",
    "ig",
    "is",
    "it",
    "ja",
    "ka",
    "kk",
    "km",
    "kn",
    "ko",
    "ky",
    "lb",
    "lo",
    "lt",
    "lv",
    "mg",
    "mk",
    "ml",
    "mn",
    "mr",
    "ms",
    "mt",
    "my",
    "nb",
    "ne",
    "nl",
    "or",
    "pa",
    "pl",
    "ps",
    "pt",
    "ro",
    "ru",
    "si",
    "sk",
    "sl",
    "sn",
    "so",
    "sq",
    "sr",
    "sv",
    "sw",
    "ta",
    "te",
    "tg",
    "th",
    "tk",
    "tr",
    "ug",
    "uk",
    "ur",
    "uz",
    "vi",
    "xh",
    "yo",
    "zh",
    "zu",
    "sr_Latn",
    "zh_Hant",
    "bs_Cyrl",
    "nn",
    "fil",
]
OURS = {"nb": "no", "nn": "no", "fil": "tl"}

# Not a country or none on its own, and codes that are no country's.
LEFT_OUT = {
    "ac",
    "aq",
    "bv",
    "cp",
    "cq",
    "dg",
    "eu",
    "hm",
    "ic",
    "ip",
    "ta",
    "tf",
    "um",
    "un",
    "zz",
}
# Scripts in which several languages are written: a name of an unknown one may be a word in another.
SHARED = {"LATIN", "CYRILLIC", "ARABIC"}
# Where rigour has endings and halves of names as registers had them; or a script of no language
# that analysis/language.py can name.
UNTRUSTED = {"GEORGIAN"}
UNREAD = {"CHEROKEE", "TIFINAGH", "YI", "VAI", "CANADIAN", "THAANA"}
# Words of some language that mean something else; the hand-written files say what is meant.
WORDS = {
    "Congo", "Corea", "Dominicana", "Inde", "Indi", "Hind", "Ind", "Islande", "Jersey", "Korea",
    "Maurice", "Norfolk", "Palau", "Reunion", "Réunion", "Samoa Americana", "Saint Martin", "Sark",
    "Holland", "Man", "Heard", "Turk", "Chin", "Xina", "Sina", "America", "Amerika", "Palestina",
    "Guam", "Chad", "Jordan", "Georgia", "Granada", "Barbuda", "Sahara", "Aruba", "Montserrat",
    "Pérsia", "Burma", "Macau", "Kitts", "Virgin", "Росс", "Инди", "Ман",
    "U.S.", "us", "UK", "US", "USA", "en", "eng", "CH", "PRC", "ROC", "GZ", "GB", "Kiribas",
    "中", "印", "Salomon", "Maldive", "Marshall", "Cook", "Pitcairn", "Guernsey", "Nederlandene",
    "India, Republic of", "Kosova e pavarur", "russian", "Bharat", "Zhongguo", "Gruzia",
    "Indonesi", "Turki", "Island", "Irland", "Nauru", "Curacao", "Timor", "Guyana", "Guayana",
    "Columbia", "Frances", "Domingo", "Guadalupe", "Guiana", "Salvador", "Cabo", "Irian", "Santa",
    "海地", "수단", "오만", "가나", "Sudan", "Benin", "Togo", "Mali", "Oman", "Niger", "Malta",
    "Monaco", "Tuvalu",
}  # fmt: skip
SHORT = 6
"""Names of fewer letters in a shared script are believed only in a text of their language."""


def languages_of_names() -> dict[tuple[str, str], set[str]]:
    """Map (code, name) to the languages whose CLDR has it."""
    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    for language in LANGUAGES:
        try:
            territories = Locale.parse(language).territories
        except UnknownLocaleError:
            continue
        for code, name in territories.items():
            plain = language.partition("_")[0]
            found[code.lower(), name].add(OURS.get(plain, plain))
    return found


def script(name: str) -> str:
    """Name the script of the first letter."""
    letter = next((sign for sign in name if sign.isalpha()), "a")
    return unicodedata.name(letter, "LATIN").partition(" ")[0]


def is_clean(name: str) -> bool:
    """Tell whether it is a name as a text has it, not a form of a register."""
    return len(name) > 1 and not re.search(r"[(),/\[\]0-9:;]| -|- |\u200b", name)


def names() -> dict[str, tuple[str, set[str]]]:
    """Map each name to its code and languages; a name of two countries is left out."""
    spoken = languages_of_names()
    codes: dict[str, set[str]] = defaultdict(set)
    tongues: dict[str, set[str]] = defaultdict(set)
    for territory, strong, weak, _places in _load_territory_names():
        code = territory.code
        if len(code) != len("ru") or territory.is_historical or code in LEFT_OUT:
            continue
        own = {territory.name, territory.full_name}
        cldr = {name for key, name in spoken if key == code}
        for raw in {*strong, *weak, *own, *cldr}:
            name = unicodedata.normalize("NFC", raw).strip()
            known = spoken.get((code, name), set()) | ({"en"} if name in own else set())
            if not is_clean(name) or (name in WORDS and name not in own):
                continue
            if script(name) in UNREAD or (not known and script(name) in SHARED | UNTRUSTED):
                continue
            codes[name].add(code)
            tongues[name] |= known
    return {name: (min(of), tongues[name]) for name, of in codes.items() if len(of) == 1}


def main() -> None:
    """Write the file, sorted, with the languages only where the name needs them."""
    with (FOLDER / "countries.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["code", "name", "languages"])
        rows = []
        for name, (code, of) in names().items():
            is_free = "en" in of or script(name) not in SHARED or len(name) >= SHORT
            if script(name) in SHARED and name[0].islower():
                continue
            rows.append((code, name, "" if is_free and name not in WORDS else " ".join(sorted(of))))
        writer.writerows(sorted(rows))
    with (FOLDER / "shown.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["code", "name"])
        codes = {code for code, *_ in rows}
        shown = {(territory.code, territory.name) for territory, *_ in _load_territory_names()}
        writer.writerows(sorted(each for each in shown if each[0] in codes))


if __name__ == "__main__":
    main()
