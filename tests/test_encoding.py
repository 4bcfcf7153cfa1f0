"""Decoding: labels lie, bytes do not; what cannot be known is refused."""

import pytest

from spiders.prose import decode_body

TEXTS = {
    "ru": "Министр открыла новое портовое управление. Переговоры прошли успешно, сказала она.",
    "el": "Σήμερα το πρωί εγκαινίασε η υπουργός το νέο γραφείο του λιμανιού.",
    "he": "השרה חנכה הבוקר את משרד הנמל החדש, והודתה לכל העובדים.",
    "ar": "افتتحت الوزيرة صباح اليوم مكتب الميناء الجديد في المدينة.",
    "th": "รัฐมนตรีเปิดสำนักงานท่าเรือแห่งใหม่เมื่อเช้านี้",
    "ja": "大臣は今朝、オストベイの新しい港湾事務所を開所しました。",
    "zh": "部长今天上午在奥斯特湾为新的港口办公室揭幕。",
    "ko": "장관은 오늘 아침 오스트베이에서 새 항만 사무소를 열었습니다.",
    "de": "Die Ministerin eröffnete das neue Hafenamt für die Küste und grüßte alle Gäste.",
    "hi": "मंत्री ने आज सुबह ओस्टबे में नए बंदरगाह कार्यालय का उद्घाटन किया।",
}
LEGACY = [
    ("ru", "cp1251"),
    ("ru", "koi8-r"),
    ("ru", "iso8859-5"),
    ("el", "cp1253"),
    ("he", "cp1255"),
    ("ar", "cp1256"),
    ("th", "cp874"),
    ("ja", "shift_jis"),
    ("ja", "euc_jp"),
    ("ja", "iso2022_jp"),
    ("zh", "gb18030"),
    ("ko", "euc_kr"),
    ("de", "cp1252"),
]


def page(text: str, encoding: str, charset: str = "") -> bytes:
    meta = f'<meta charset="{charset}">' if charset else ""
    body = "".join(f'<div class="row"><p>{text}</p></div>' for _ in range(3))
    return f"<html><head>{meta}<title>x</title></head><body>{body}</body></html>".encode(encoding)


@pytest.mark.parametrize(
    "label", ["utf-8", "iso-8859-1", "windows-1251", "shift_jis", "no-such", None]
)
@pytest.mark.parametrize("language", TEXTS)
def test_utf8_is_utf8_whatever_the_label(language: str, label: str | None) -> None:
    text, used = decode_body(page(TEXTS[language], "utf-8", label or ""), label)
    assert TEXTS[language] in text
    assert used == "utf-8"


@pytest.mark.parametrize(("language", "encoding"), LEGACY)
def test_a_true_label_is_believed(language: str, encoding: str) -> None:
    for header, meta in ((encoding, ""), (None, encoding), (encoding, encoding)):
        text, _ = decode_body(page(TEXTS[language], encoding, meta), header)
        assert TEXTS[language] in text


@pytest.mark.parametrize(
    "label", ["utf-8", "iso-8859-1", "koi8-r", "gb18030", "windows-1256", None]
)
@pytest.mark.parametrize(("language", "encoding"), LEGACY)
def test_a_lying_label_never_gives_mojibake(
    language: str, encoding: str, label: str | None
) -> None:
    try:
        text, _ = decode_body(page(TEXTS[language], encoding), label)
    except ValueError:
        return
    assert TEXTS[language] in text


@pytest.mark.parametrize(("language", "encoding"), LEGACY)
def test_what_a_lying_label_hides_is_mostly_found(language: str, encoding: str) -> None:
    text, _ = decode_body(page(TEXTS[language], encoding), "utf-8")
    assert TEXTS[language] in text


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32"])
def test_a_byte_order_mark_is_believed_and_dropped(encoding: str) -> None:
    text, _ = decode_body(page(TEXTS["hi"], encoding), "iso-8859-1")
    assert text.startswith("<html>")
    assert TEXTS["hi"] in text


def test_latin1_means_what_browsers_take_it_for() -> None:
    text, used = decode_body("“Süß” 3 €".encode("cp1252"), "iso-8859-1")
    assert (text, used) == ("“Süß” 3 €", "cp1252")


def test_two_labels_that_differ_are_not_chosen_between() -> None:
    body = page("Żółte łodzie wpłynęły do portu, rząd się cieszy", "cp1250", "windows-1250")
    with pytest.raises(ValueError, match=r"as cp125[02] and as cp125[02]"):
        decode_body(body, "iso-8859-1")


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("<p>caf\ufffd</p>".encode(), r"U\+FFFD"),
        ("<p>dÃ©claration â\x80\x9cfine\x94</p>".encode(), r"U\+0080"),
        ("<p>words</p>".encode("utf-16-le"), r"U\+0000"),
        (b"<p>" + bytes(range(128, 256)) * 4, "not UTF-8"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\xff\xfe\x00", "not UTF-8"),
    ],
)
def test_damage_is_refused_with_its_reason(body: bytes, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        decode_body(body, "utf-8")


def test_an_empty_body_is_an_empty_text() -> None:
    assert decode_body(b"", None) == ("", "utf-8")


@pytest.mark.parametrize("label", [None, "utf-8", "windows-1252"])
def test_damaged_utf8_is_refused_and_not_taken_for_something_else(label: str | None) -> None:
    words = "Der Leuchtturm grüßt die Fähren, „schön“, sagte die Wärterin. " * 3
    whole = f"<p>{words}</p>".encode()
    cut_inside_a_character = whole[: whole.rindex("„".encode()) + 1]
    one_broken_byte = whole.replace("ß".encode(), b"\xc3", 1)
    for body in (cut_inside_a_character, one_broken_byte):
        with pytest.raises(ValueError, match="damaged or cut short"):
            decode_body(body, label)
