"""What an edit changed: its words, their places, and its class."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.edits import KINDS, Change, Edit, Wording, read_edit

FLEET = "The fleet of nine lamps sails at dawn."
CALM = "The sea off Tolva is calm."
TEA = "Then we had tea with the keepers."


def edit(before: str, after: str, language: str | None = "en", **rest: str) -> Edit:
    titles = rest.get("before_title"), rest.get("after_title")
    return read_edit(Wording(titles[0], before, language), Wording(titles[1], after, language))


def words(changes: tuple[Change, ...]) -> list[tuple[str, str]]:
    return [(change.before, change.after) for change in changes]


@pytest.mark.parametrize(
    ("before", "after", "kinds", "changed"),
    [
        ("We met 40 envoys.", "We met 14 envoys.", ["number"], [("40", "14")]),
        ("It grew by 1.5 points.", "It grew by 15 points.", ["number"], [("1.5", "15")]),
        ("It was -5 degrees.", "It was 5 degrees.", ["number"], [("-", "")]),
        ("It grew by 5% again.", "It grew by 5 again.", ["number"], [("%", "")]),
        ("We meet on 3 May.", "We meet on 4 May.", ["number"], [("3", "4")]),
        ("It is for Belmora now.", "It is for Arvenna now.", ["name"], [("Belmora", "Arvenna")]),
        ("We will not go there.", "We will go there.", ["wording"], [("not", "")]),
        ("We must further this.", "We must furthering this.", ["wording"], [("further", None)]),
        ("We light lantrens.", "We light lanterns.", ["typo"], [("lantrens", "lanterns")]),
        ("They swm here.", "They swim here.", ["typo"], [("swm", "swim")]),
        ("It is now here.", "It is not here.", ["wording"], [("now", "not")]),
        ("All lamps are lit.", "All lamp are lit.", ["wording"], [("lamps", "lamp")]),
        ('He said "yes" to it.', "He said “yes” to it.", ["formatting"], None),
        ("It was re-opened, and lit.", "It was reopened and lit!", ["formatting"], None),
        ("We sail. We go.", "We sail, we go.", ["formatting"], None),
        (f"{FLEET} {CALM}", f"{FLEET}\n\n{CALM}", ["formatting"], [(" ", "\n\n")]),
        ("We're here.", "Were here.", ["wording"], None),
        ("Lamps are good 👍", "Lamps are good 👎", ["wording"], [("👍", "👎")]),
        ("Yes.", "No.", ["wording"], [("Yes", "No")]),
        (f"{FLEET} {CALM}", FLEET, ["sentence_removed"], [(CALM, "")]),
        (FLEET, f"{FLEET} {CALM}", ["sentence_added"], [("", CALM)]),
        (f"{FLEET} {TEA} {CALM}", f"{CALM} {FLEET} {TEA}", ["wording"], [("", CALM), (CALM, "")]),
    ],
)
def test_the_class_of_a_change(
    before: str, after: str, kinds: list[str], changed: list[tuple[str, str | None]] | None
) -> None:
    found = edit(before, after)
    assert list(found.kinds) == kinds
    told = words(found.changes)
    for expected, actual in zip(changed or told, told, strict=True):
        assert expected[0] == actual[0]
        assert expected[1] in {None, actual[1]}


def test_several_classes_apply_and_the_gravest_leads() -> None:
    found = edit(f"{FLEET} {CALM} {TEA}", f"{FLEET.replace('nine', 'ten')} {TEA.upper()}")
    assert found.kinds == ("number", "sentence_removed", "formatting")
    assert found.changes[0].flags == ("number",)


def test_a_title_is_compared_too() -> None:
    found = edit(FLEET, FLEET, before_title="Lamps of Hope", after_title="Lamps of Joy")
    assert found.kinds == ("wording",)
    assert (found.changes[0].part, found.changes[0].before) == ("title", "Hope")


def test_only_english_has_words_that_are_none() -> None:
    assert edit("Wir recieven sie.", "Wir receiven sie.", "de").kinds == ("wording",)
    assert edit("Die Regierung kommt.", "Die Verwaltung kommt.", "de").kinds == ("wording",)


def test_who_is_not_named_any_more() -> None:
    belmora, arvenna = ("country", "xb"), ("country", "xa")
    before = Wording(None, "Belmora sails. We too.", "en", frozenset({belmora}))
    gone = read_edit(before, Wording(None, "We too.", "en", frozenset()))
    assert gone.kinds == ("mention_removed", "sentence_removed")
    other = read_edit(before, Wording(None, "Arvenna sails. We too.", "en", frozenset({arvenna})))
    assert other.kinds == ("name", "mention_removed", "wording")
    unread = read_edit(before, Wording(None, "We too.", "en"))
    assert unread.kinds == ("sentence_removed",)


def test_thousands_of_new_sentences_take_no_time() -> None:
    before = " ".join(f"Lamp number {number} is lit." for number in range(3000))
    after = " ".join(f"Buoy {number} went under the sea." for number in range(3000))
    assert edit(before, after).kinds


SOME = ["We", "sail.", "Lamps", "40", "not\n\n", "is", "Tolva,", "“so”", "lit!", "灯", "मिले"]
WORDS = st.lists(st.sampled_from(SOME))


@given(WORDS, WORDS)
def test_what_differs_stands_where_it_is_said_to(old: list[str], new: list[str]) -> None:
    before, after = " ".join(old).strip(), " ".join(new).strip()
    found = edit(before, after)
    assert set(found.kinds) <= set(KINDS)
    assert (before == after) <= (found.changes == ())
    assert (before != after) <= (found.changes != ())
    rest, kept = before, after
    for change in sorted(found.changes, key=lambda each: each.before_at, reverse=True):
        assert before[slice(*change.before_at)] == change.before
        rest = rest[: change.before_at[0]] + rest[change.before_at[1] :]
    for change in sorted(found.changes, key=lambda each: each.after_at, reverse=True):
        assert after[slice(*change.after_at)] == change.after
        kept = kept[: change.after_at[0]] + kept[change.after_at[1] :]
    assert rest.split() == kept.split()
