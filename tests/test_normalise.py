"""The text that is kept: noise is folded, a change of one character is not."""

import hashlib
import unicodedata

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from analysis.normalise import normalise_text, text_sha256

SPEECH = (
    "We reached 3 agreements with Norland — “fair” ones — on fishing; the café's gone.\n"
    "Thank you.\n\n"
    "क्\u200dष और می\u200cشود stay as they are."
)
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"))


@pytest.mark.parametrize(
    ("raw", "kept"),
    [
        ("a\r\nb\rc", "a\nb\nc"),
        ("a\u2028b\u2029c\x85d", "a\nb\n\nc\nd"),
        ("a\n \n\t\n\n b", "a\n\nb"),
        ("a \u00a0\u202f\u3000\t b", "a b"),
        ("\ufeff a\u200b\u2060\u00ad\u200e\u202eb \n\n", "ab"),
        ("e\u0301", "é"),
        ("\u212b", "\u00c5"),
        ("क्\u200dष", "क्\u200dष"),
        ("می\u200cشود", "می\u200cشود"),
        ("a\x08\x1bb", "ab"),
        ("  ", ""),
        ("1\n2", "1\n2"),
    ],
)
def test_formatting_is_folded(raw: str, kept: str) -> None:
    assert normalise_text(raw) == kept


@pytest.mark.parametrize(
    "noise",
    [
        lambda text: unicodedata.normalize("NFD", text),
        lambda text: text.replace(" ", "\u00a0 "),
        lambda text: text.replace("\n\n", " \r\n\r\n \r\n"),
        lambda text: "\ufeff\n" + text + "\n\n\n",
        lambda text: text.replace("agreements", "agree\u00adments"),
        lambda text: text.replace(" on", "\u200b on\u2060"),
        lambda text: text.replace("\n", "\r\n"),
    ],
)
def test_noise_is_no_revision(noise: object) -> None:
    assert callable(noise)
    assert text_sha256(noise(SPEECH)) == text_sha256(SPEECH)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("3", "4"),
        ("fair", "Fair"),
        ("fair", "fail"),
        ("—", "-"),
        ("“", '"'),
        ("'", "\u2019"),
        (";", ","),
        ("gone.", "gone"),
        ("é", "e"),
        ("क्\u200dष", "क्ष"),
        ("می\u200cشود", "میشود"),
        ("fishing", "fi\ufb01shing"),
        ("\n\n", "\n"),
        ("We ", "We not "),
    ],
)
def test_one_changed_character_is_a_revision(old: str, new: str) -> None:
    assert old in SPEECH
    assert text_sha256(SPEECH.replace(old, new, 1)) != text_sha256(SPEECH)


@given(st.text("abcXYZ 0189.,;!?'éñßжд한中", min_size=1), st.data())
def test_any_one_visible_change_is_found(text: str, draw: st.DataObject) -> None:
    place = draw.draw(st.integers(0, len(text) - 1))
    other = draw.draw(st.sampled_from("qQ7-"))
    changed = text[:place] + other + text[place + 1 :]
    assume(changed != text)
    assert text_sha256(changed) != text_sha256(text)


@given(TEXTS)
def test_folding_twice_changes_nothing_more(text: str) -> None:
    once = normalise_text(text)
    assert normalise_text(once) == once
    assert unicodedata.is_normalized("NFC", once)


@given(TEXTS, st.sampled_from([" ", "\u00a0", "\n", "\u200b", "\ufeff", "\t\r\n"]))
def test_blanks_around_a_text_are_noise(text: str, blank: str) -> None:
    assert text_sha256(blank + text + blank) == text_sha256(text)


@given(TEXTS)
def test_words_are_never_lost(text: str) -> None:
    words = [char for char in unicodedata.normalize("NFC", text) if char.isalnum()]
    assert [char for char in normalise_text(text) if char.isalnum()] == words


def test_the_hash_is_of_the_kept_text_as_a_file_holds_it() -> None:
    kept = "Café\n\nन"
    assert text_sha256("Cafe\u0301\r\n\r\nन ") == hashlib.sha256(kept.encode()).hexdigest()


@pytest.mark.parametrize(("text", "code"), [("ab\x00c", "U\\+0000"), ("a\ud83dc", "U\\+D83D")])
def test_what_cannot_be_text_is_refused_with_its_place(text: str, code: str) -> None:
    with pytest.raises(ValueError, match=f"character [12] of the text is {code}.*encoding"):
        normalise_text(text)
