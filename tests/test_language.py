"""The language of a text: 25 languages in short lines, posts, scripts and hints."""

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.language import detect_language, guess_language

ROOT = Path(__file__).resolve().parents[1]
TWEETS = ROOT.parent / "shared" / "data" / "gold" / "tweeteval" / "te_val_text.txt"

# Our own lines of fictional ministries.
LINES = {
    "en": "The minister opened the new harbour office in Ostbay this morning.",
    "de": "Die Ministerin eröffnete heute Morgen das neue Hafenamt in Ostbay.",
    "fr": "La ministre a inauguré ce matin le nouveau bureau du port d'Ostbay.",
    "es": "La ministra inauguró esta mañana la nueva oficina del puerto de Ostbay.",
    "pt": "A ministra inaugurou esta manhã o novo escritório do porto de Ostbay.",
    "it": "La ministra ha inaugurato questa mattina il nuovo ufficio del porto di Ostbay.",
    "nl": "De minister opende vanochtend het nieuwe havenkantoor in Ostbay.",
    "pl": "Minister otworzyła dziś rano nowe biuro portu w Ostbay.",
    "cs": "Ministryně dnes ráno otevřela nový přístavní úřad v Ostbay.",
    "hu": "A miniszter ma reggel megnyitotta az új kikötői hivatalt Ostbayban.",
    "ro": "Ministra a deschis în această dimineață noul birou al portului din Ostbay.",
    "sv": "Ministern öppnade i morse det nya hamnkontoret i Ostbay.",
    "fi": "Ministeri avasi tänä aamuna uuden satamatoimiston Ostbayssa.",
    "tr": "Bakan bu sabah Ostbay'de yeni liman ofisini ziyaret etti.",
    "vi": "Bộ trưởng đã khai trương văn phòng cảng mới tại Ostbay sáng nay.",
    "ru": "Министр сегодня утром открыла новое портовое управление в Остбее.",
    "uk": "Міністерка сьогодні вранці відкрила нове портове управління в Остбеї.",
    "bg": "Министърът откри тази сутрин новата пристанищна служба в Остбей.",
    "ar": "افتتحت الوزيرة صباح اليوم مكتب الميناء الجديد في أوستباي.",
    "fa": "وزیر امروز صبح دفتر جدید بندر را در استبی افتتاح کرد.",
    "ur": "وزیر نے آج صبح اوسٹ بے میں بندرگاہ کے نئے دفتر کا افتتاح کیا",
    "hi": "मंत्री ने आज सुबह ओस्टबे में नए बंदरगाह कार्यालय का उद्घाटन किया।",
    "mr": "मंत्र्यांनी आज सकाळी ओस्टबे येथे नवीन बंदर कार्यालयाचे उद्घाटन केले.",
    "bn": "মন্ত্রী আজ সকালে অস্টবেতে নতুন বন্দর কার্যালয়ের উদ্বোধন করেন।",
    "ta": "அமைச்சர் இன்று காலை ஓஸ்ட்பேயில் புதிய துறைமுக அலுவலகத்தைத் திறந்து வைத்தார்.",
    "th": "รัฐมนตรีเปิดสำนักงานท่าเรือแห่งใหม่ในออสต์เบย์เมื่อเช้านี้",
    "zh": "部长今天上午在奥斯特湾为新的港口办公室揭幕。",
    "ja": "大臣は今朝、オストベイの新しい港湾事務所を開所しました。",
    "ko": "장관은 오늘 아침 오스트베이에서 새 항만 사무소를 열었습니다.",
    "el": "Σήμερα το πρωί εγκαινίασε η υπουργός το νέο γραφείο του λιμανιού.",
    "he": "השרה חנכה הבוקר את משרד הנמל החדש באוסטביי.",
    "ka": "მინისტრმა დღეს დილით გახსნა ახალი საპორტო ოფისი.",
}


@pytest.mark.parametrize(("language", "line"), LINES.items(), ids=LINES)
def test_a_line_tells_its_language(language: str, line: str) -> None:
    assert detect_language(line) == language


@pytest.mark.parametrize(("language", "line"), LINES.items(), ids=LINES)
def test_english_is_guessed_only_where_it_is(language: str, line: str) -> None:
    assert guess_language(line, "en") == language


@pytest.mark.parametrize(
    ("post", "language"),
    [
        ("Off again tomorrow, don\u2019t know why", "en"),
        ("Ostbay tonight", "en"),
        ("Guten Morgen", None),
        (
            "Tomorrow: das wird ein guter Tag f\u00fcr die H\u00e4fen von Ostbay",
            "de",
        ),
        ("Het been doet even pijn", None),
        ("!", None),
    ],
)
def test_guesses_english_of_what_could_be_it(post: str, language: str | None) -> None:
    assert guess_language(post, "en") == language


@pytest.mark.parametrize(("language", "line"), LINES.items(), ids=LINES)
def test_a_wrong_hint_does_not_overrule_a_line(language: str, line: str) -> None:
    wrong = "en" if language != "en" else "hi"
    assert detect_language(line, [wrong]) == language


@pytest.mark.parametrize(("language", "line"), LINES.items(), ids=LINES)
def test_links_handles_and_tags_are_not_language(language: str, line: str) -> None:
    post = f"@portoffice #NewHarbourOfficeOpening {line} https://example.org/the/new/harbour @en_US"
    assert detect_language(post, [language]) == language


@pytest.mark.parametrize(
    "post",
    [
        "Great meeting with my friend Maro",
        "Looking forward to our talks tomorrow",
        "Wheels up for Ostbay now #Norland",
        "On my way to São Verde, merci!",
        "Happy Holi to all who celebrate",
        "Join us live at 5 pm",
        "My heart is with Ostbay tonight",
        "Vielen Dank to our German hosts today",
    ],
)
def test_short_english_posts_stay_english(post: str) -> None:
    assert detect_language(post, ["en"]) == "en"


def test_two_thousand_english_posts_stay_english() -> None:
    if not TWEETS.exists():
        pytest.skip(f"no gold set of posts at {TWEETS}")
    posts = [
        post
        for post in TWEETS.read_text(encoding="utf-8").splitlines()
        if sum(word.isalpha() for word in post.split()) >= 5
    ]
    assert len(posts) > 1900
    other = [post for post in posts if detect_language(post, ["en"]) != "en"]
    # A few of them are Indonesian and Tagalog.
    assert len(other) <= 4


@pytest.mark.parametrize(
    ("text", "hints", "language"),
    [
        ("Danke!", (), None),
        ("Danke!", ("de", "en"), "de"),
        ("Danke!", ("de-AT",), "de"),
        ("OK", ("en",), "en"),
        ("OK", ("hi",), None),
        ("Спасибо", ("uk", "ru"), "uk"),
        ("Спасибо", ("en",), None),
        ("धन्यवाद", ("en", "hi"), "hi"),
        ("谢谢", ("zh",), "zh"),
        ("ありがとう", ("zh",), "ja"),
        ("港湾事務所", ("ja",), "ja"),
        ("감사합니다", (), "ko"),
        ("Menteri membuka kantor pelabuhan baru", ("ms",), "ms"),
        ("Menteri membuka kantor pelabuhan baru", ("id",), "id"),
        ("Statsråden åpnet det nye kontoret i dag", ("nb",), "no"),
        ("", ("en",), None),
        ("   \n", ("en",), None),
        ("2020-09-02 10:40", ("en",), None),
        ("🙏🇮🇳👍", ("hi",), None),
        ("https://example.org/some/english/words #english @english", ("en",), None),
        ("ⴰⵣⵓⵍ ⴼⵍⵍⴰⵡⵏ", ("en",), None),
        ("\ud800 \x00", ("en",), None),
    ],
)
def test_hints_decide_only_what_the_text_leaves_open(
    text: str, hints: tuple[str, ...], language: str | None
) -> None:
    assert detect_language(text, hints) == language


def test_a_hindi_release_under_an_english_label_is_hindi() -> None:
    assert detect_language(LINES["hi"] + " Ministry of Ports, Ostbay", ["en"]) == "hi"


@given(st.text(max_size=120), st.lists(st.sampled_from(["en", "hi", "ru", "xx", ""]), max_size=2))
def test_any_text_gives_two_letters_or_nothing(text: str, hints: list[str]) -> None:
    language = detect_language(text, hints)
    assert language is None or (len(language) == 2 and language.isalpha())


def test_the_classifier_waits_until_it_is_needed() -> None:
    code = (
        "import sys; from analysis.language import detect_language as d\n"
        "assert d('감사합니다') == 'ko' and d('') is None\n"
        "assert d('We\u2019ve done very much in Ostbay') == d('Why did you go?') == 'en'\n"
        "assert 'py3langid' not in sys.modules and 'numpy' not in sys.modules\n"
        "d('Thank you'); assert 'py3langid' in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT)
