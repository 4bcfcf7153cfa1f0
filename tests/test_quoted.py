"""Words in quotation marks, in all languages' marks and in spite of what goes wrong with them."""
# ruff: noqa: RUF001 - the marks of all languages are the point here.

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.quoted import find_quoted

CASES = [
    ('Ode said: "We will not yield. Never."', ['"We will not yield. Never."']),
    ("“We will talk,” Ode said. “We listen.”", ["“We will talk,”", "“We listen.”"]),
    # One or two words at arm's length are the speaker's; an answer is not.
    ("He called it a “special operation” again.", []),
    ("The “so-called” treaty, the 'plan'.", []),
    ("“Never,” he replied.", ["“Never,”"]),
    ("He said: “No.” Then he left", ["“No.”"]),
    # Names and titles.
    ('The report "Fish of the North Sea" is out.', []),
    ('The motto "fish and bread for all people" is old.', ['"fish and bread for all people"']),
    # Marks of other languages.
    ("„Wir werden bald reden“, sagte Ode.", ["„Wir werden bald reden“"]),
    ("»Wir werden bald reden«, sagte Ode.", ["»Wir werden bald reden«"]),
    ("« Nous allons discuter », a dit Ode.", ["« Nous allons discuter »"]),
    ("”Vi ska prata om det”, sa Ode.", ["”Vi ska prata om det”"]),
    ("他说:「我们将继续合作，共同发展。」", ["「我们将继续合作，共同发展。」"]),
    ("Он сказал: «Мы будем говорить».", ["«Мы будем говорить»"]),
    # Single marks and apostrophes.
    ("He said ‘we go there soon’ in the minister’s car.", ["‘we go there soon’"]),
    ("The ministers' job isn't done. 'We go there soon', he said.", ["'We go there soon'"]),
    ("It's the '90s and the boats' nets aren't there.", []),
    ('The rod is 6" long and 5" wide.', []),
    # Nested, of another and of the same kind.
    ("“He told me ‘go away now’ and I went,” she said", ["“He told me ‘go away now’ and I went,”"]),
    ("“The “same kind of” marks in here,” he said.", ["“The “same kind of” marks in here,”"]),
    # Never closed; opened again in the next paragraph.
    ("“We never close this and go on", ["“We never close this and go on"]),
    ("“We never close this\n\nOwn words.", ["“We never close this"]),
    (
        "“We stand firm here.\n\n“We do not move.”\n\nOwn.",
        ["“We stand firm here.", "“We do not move.”"],
    ),
    ("", []),
    ('"', []),
    ('""', []),
    ("“”", []),
]


@pytest.mark.parametrize(("text", "expected"), CASES)
def test_quoted_words(text: str, expected: list[str]) -> None:
    assert [text[start:end] for start, end in find_quoted(text)] == expected


@given(st.text(alphabet="ab C.,\n\"“”„‘’'«»「」 ", max_size=300))
def test_spans_are_in_order_in_the_text_and_begin_with_a_mark(text: str) -> None:
    at = 0
    for start, end in find_quoted(text):
        assert at <= start < end <= len(text)
        assert text[start] in "\"“”„‘'«»「"
        at = end


@pytest.mark.parametrize("unit", ['"', "“", "'a ", "‘a ", '"a b c d" ', "“a\n"])
def test_half_a_megabyte_of_marks_is_read(unit: str) -> None:
    text = unit * (500_000 // len(unit))
    assert all(end <= len(text) for _, end in find_quoted(text))
