"""Pages of an invented ministry: the same words in ever other dress, and one sign changed."""
# ruff: noqa: RUF001 - the signs of all languages are the point here.

import random
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from html import escape

_POOLS = {
    "en": "the lamp harbour of Tolva keeper will light tower 40 ships don’t sea ferry treaty said",
    "fr": "la côte où brûlent les phares été reçu élève à Tolva gardien 12 îles déjà l’accord",
    "hi": "दीप घर के रक्षक ने कहा समुद्र शांत है और जहाज़ आज 25 लौटे हैं",
    "el": "ο φάρος της Τόλβας ανάβει κάθε νύχτα και τα 30 πλοία γυρίζουν στο λιμάνι",
    "vi": "ngọn hải đăng của Tolva được thắp sáng mỗi đêm và 15 con tàu trở về bến cảng",
}


@dataclass(frozen=True, slots=True)
class Words:
    """What a page says."""

    title: str
    paragraphs: tuple[str, ...]


def words_of(chance: random.Random) -> Words:
    """Write a text of some paragraphs."""
    pool = _POOLS[chance.choice([*_POOLS])].split()

    def sentence() -> str:
        words = chance.choices(pool, k=chance.randint(7, 16))
        return " ".join(words).capitalize() + chance.choice([".", ".", ".", "!", "?"])

    paragraphs = tuple(
        " ".join(sentence() for _ in range(chance.randint(2, 5)))
        for _ in range(chance.randint(3, 7))
    )
    return Words(" ".join(chance.choices(pool, k=6)).capitalize(), paragraphs)


def edited(words: Words, chance: random.Random) -> Words:
    """Change one sign that a reader sees: put another in its place, leave it out, or add one."""
    number = chance.randrange(len(words.paragraphs) + 1)
    text = words.title if number == len(words.paragraphs) else words.paragraphs[number]
    at = chance.choice([at for at, sign in enumerate(text) if sign.isalnum()])
    other = chance.choice([sign for sign in "abegkmosz0279" if sign != text[at]])
    new = chance.choice(
        [
            text[:at] + other + text[at + 1 :],
            text[:at] + text[at + 1 :],
            text[:at] + other + text[at:],
            text[:at] + "," + text[at:],
            text + "…",
        ]
    )
    if number == len(words.paragraphs):
        return Words(new, words.paragraphs)
    return Words(words.title, (*words.paragraphs[:number], new, *words.paragraphs[number + 1 :]))


def page_of(words: Words, chance: random.Random) -> bytes:
    """Dress words as a page, in another way each time."""
    nonce = f"{chance.getrandbits(64):x}"
    wrap = chance.choice(_WRAPS)
    gap = chance.choice(["", "\n", "\n\n      ", "\t\r\n"])
    body = gap.join(
        _ad(chance) + f"<p{_attributes(chance)}>{wrap(_spelled(each, chance))}</p>"
        for each in words.paragraphs
    )
    views = f"{chance.randint(1, 999_999):,}"
    related = "".join(
        f'<li><a href="/news/{chance.randrange(9999)}?utm_source=r{nonce}">{_headline(chance)}</a>'
        for _ in range(chance.randint(0, 6))
    )
    page = f"""<!DOCTYPE html><!-- served by node {nonce} --><html lang="en"><head>
<meta charset="utf-8"><title>{escape(words.title)} | Ministry {views}</title>
<meta name="csrf" content="{nonce}"><script nonce="{nonce}">var seen = "{views}";</script>
<style>.a{nonce[:6]} {{ color: red }}</style></head><body class="theme-{nonce[:4]}">
<nav><a href="/">Home</a> <a href="/news?session={nonce}">News</a></nav>{_banner(chance)}
<main id="m{nonce}"><h1{_attributes(chance)}>{gap}{_spelled(words.title, chance)}{gap}</h1>
<div class="counter">{views} views</div><div{_body(chance)}>{gap}{body}{gap}{_ad(chance)}</div>
<div class="share">Shared {chance.randint(0, 999)} times</div></main>
<aside class="related"><h2>Related</h2><ul>{related}</ul></aside>
<footer>Visitors today: {views}. Page made in {chance.random():.4f} s</footer></body></html>"""
    return unicodedata.normalize(chance.choice(["NFC", "NFC", "NFD"]), page).encode()


def _body(chance: random.Random) -> str:
    return _shuffled(chance, ['class="text body"', f'data-id="{chance.getrandbits(32)}"'])


def _attributes(chance: random.Random) -> str:
    some = [f'id="p{chance.getrandbits(24)}"', f'style="margin: {chance.randint(0, 9)}px"']
    return _shuffled(chance, chance.choice([[], some, [*some, 'class="x y"']]))


def _shuffled(chance: random.Random, attributes: list[str]) -> str:
    chance.shuffle(attributes)
    return "".join(f" {each}" for each in attributes)


def _ad(chance: random.Random) -> str:
    ads = [
        f'<div class="ad" id="ad-{chance.getrandbits(20)}">Buy {chance.randint(2, 99)} oars!</div>',
        f"<script>track({chance.getrandbits(20)})</script>",
        f'<p class="ad">Only {chance.randint(2, 99)} left</p>',
        f'<p hidden>{chance.randint(2, 99)}</p><span style="display: none">x</span>',
        f"<!-- slot {chance.getrandbits(20)} -->",
    ]
    return chance.choice([*ads, "", "", ""])


def _banner(chance: random.Random) -> str:
    banners = [
        "<div class='cookies'>We use cookies. <button>Accept</button></div>",
        f"<div class='alert'>Storm warning no. {chance.randint(1, 99)}</div>",
    ]
    return chance.choice([*banners, ""])


def _headline(chance: random.Random) -> str:
    return " ".join(chance.choices(_POOLS["en"].split(), k=5))


def _spelled(text: str, chance: random.Random) -> str:
    """Write the same text in another way: by references, with other blanks and unseen signs."""
    words = escape(text, quote=chance.random() < 0.5).split(" ")
    blanks = chance.choice([[" "], [" ", "\n  "], [" ", "&nbsp;"], [" ", "  ", "\t"]])
    written = "".join(word + chance.choice(blanks) for word in words[:-1]) + words[-1]
    ways: list[Callable[[str], str]] = [
        lambda each: each,
        lambda each: each.replace("é", "&eacute;").replace("’", "&#8217;"),
        lambda each: each.replace("e", "e\u00ad", 1),
        lambda each: "\ufeff" + each,
        lambda each: each.replace("a", "&#97;", 1),
    ]
    return chance.choice(ways)(written)


_WRAPS: list[Callable[[str], str]] = [
    lambda text: text,
    lambda text: f"<span>{text}</span>",
    lambda text: f"<span lang='en'><span>{text}</span></span>",
    lambda text: f"\n   {text}\n",
    lambda text: f"<b></b>{text}",
]
