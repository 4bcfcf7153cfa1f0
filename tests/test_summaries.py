"""Summaries: brought up to date step by step, and the same as made at once."""

import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from questioned import FEXLEY, NORLAND, Desk, desk

from archive.schema import migrations
from archive.summaries import rebuild, refresh
from archive.summaries.formulas import is_dropped
from archive.summaries.intervals import middle, resampled_means, share_interval
from archive.summaries.phrases import Passage, find_phrases, words_of
from archive.summaries.shingles import bands_of, shingles_of, similarity
from archive.summaries.similar import FULL
from archive.summaries.tone_months import month_after
from archive.summaries.turning_points import Said, find_turns


@pytest.fixture
def table(tmp_path: Path) -> Iterator[Desk]:
    with desk(tmp_path / "archive.db") as made:
        yield made


def write_some(table: Desk, first: int, count: int, chance: random.Random) -> None:
    """Write what a year of talking could look like, much of it alike."""
    for number in range(first, first + count):
        month, day = chance.randint(1, 12), chance.randint(1, 28)
        words = chance.choice(["We value our open harbour partnership", "They closed the strait"])
        text = f"Norland {words} in the year {number % 7}, as we have said before and will again"
        if chance.random() < 0.3:
            text += f", and so {' '.join(chance.choices(['sea', 'fog', 'oar', 'lamp'], k=9))}"
        tone = round(chance.uniform(-0.32, 1), 2)
        table.say(
            f"s{number:04d}",
            f"203{chance.randint(0, 1)}-{month:02d}-{day:02d}",
            text,
            tone=tone if chance.random() < 0.8 else None,
            about=[(*NORLAND, tone if chance.random() < 0.7 else None), ("country", "xo", None)],
            speaker=chance.choice([FEXLEY, "Ilse Marrow", None]),
            source=chance.choice(["xa_mfa", "xa_mod"]),
            is_scored=chance.random() < 0.9,
        )


def change_some(table: Desk, chance: random.Random) -> None:
    """Change what later looks and models can change."""
    run = table.archive.db.execute
    keys = [row[0] for row in table.rows("SELECT id FROM statements ORDER BY 1")]
    run("UPDATE statements SET speaker = 'Ilse Marrow' WHERE id = ?", [chance.choice(keys)])
    run("UPDATE statements SET published_at = '2030-05-05' WHERE id = ?", [chance.choice(keys)])
    run("UPDATE statements SET text = NULL WHERE id = ?", [chance.choice(keys)])
    run("UPDATE statements SET country = 'xo' WHERE id = ?", [chance.choice(keys)])
    run("UPDATE statements SET tone = -0.9 WHERE id = ? AND tone > 0", [chance.choice(keys)])
    run("UPDATE statements SET last_seen_at = '2032-01-01T00:00:00Z'")
    (text,) = chance.choice(table.rows("SELECT text FROM statements WHERE text_sha256 > ''"))
    if text:
        table.read(text, [("person", FEXLEY, 0.9)])
    key, new = chance.choice(keys), "Norland harbour partnership and nothing else that we would say"
    sha256 = table.read(new, [(*NORLAND, -0.8)])
    run("UPDATE statements SET text = ?, text_sha256 = ? WHERE id = ?", [new, sha256, key])


def test_step_by_step_gives_the_same_rows_as_at_once(table: Desk) -> None:
    chance = random.Random(4)
    for step in range(4):
        write_some(table, step * 120, 120, chance)
        refresh(table.archive)
        change_some(table, chance)
        if step % 2:
            refresh(table.archive)
    refresh(table.archive)
    stepwise = table.summaries()
    assert all(stepwise.values()), {name: len(rows) for name, rows in stepwise.items()}
    assert table.rows("SELECT * FROM summary_due") == []
    assert table.rows("SELECT * FROM summary_changes") == []
    rebuild(table.archive)
    assert table.summaries() == stepwise


def test_a_look_that_changes_nothing_touches_nothing(table: Desk) -> None:
    write_some(table, 0, 30, random.Random(1))
    refresh(table.archive)
    table.archive.db.execute("UPDATE statements SET last_seen_at = 'later', speaker = speaker")
    assert table.rows("SELECT * FROM summary_changes") == []


def test_what_nobody_asked_to_score_is_counted_and_no_more(table: Desk) -> None:
    for number in range(3):
        table.say(str(number), "2031-03-05", "Norland is near.", is_scored=False)
    refresh(table.archive)
    (row,) = table.rows("SELECT speaker, month, statements, n, not_scored FROM speaker_months")
    assert row == (FEXLEY, "2031-03", 3, 0, 3)
    (row,) = table.rows("SELECT source, month, statements, n, not_scored FROM office_months")
    assert row == ("xa_mfa", "2031-03", 3, 0, 3)
    months = {"speaker_months", "office_months"}
    assert not any(rows for name, rows in table.summaries().items() if name not in months)


def test_a_cut_off_refresh_is_gone_on_with(table: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    write_some(table, 0, 60, random.Random(2))
    with monkeypatch.context() as patch:
        patch.setattr("archive.summaries.targets.mean_of", lambda _: 1 / 0)
        patch.setattr("archive.summaries.targets.FEWEST", 1)
        with pytest.raises(ZeroDivisionError):
            refresh(table.archive)
    assert table.rows("SELECT count(*) FROM summary_due")[0][0]
    refresh(table.archive)
    resumed = table.summaries()
    rebuild(table.archive)
    assert table.summaries() == resumed


def test_a_mean_needs_twenty_and_a_repost_is_not_ones_own(table: Desk) -> None:
    for number in range(20):
        table.say(f"a{number}", "2031-03-05", f"Lamp {number}.", tone=0.5)
        table.say(f"b{number}", "2031-04-05", f"Lamp {number}.", tone=0.5 if number else None)
    table.say("c", "2031-03-06", "Gone.", tone=-1.0, linked='[{"relation": "repost"}]')
    table.say("d", "2031", "Some day.", tone=-1.0, precision="year")
    refresh(table.archive)
    march, april = table.rows(
        "SELECT n, not_scored, mean, low, high, baseline_n, difference FROM speaker_months"
    )
    assert march == (20, 0, 0.5, 0.5, 0.5, 0, None)
    assert april == (19, 1, None, None, None, 20, None)
    assert table.rows(
        "SELECT n, not_scored, mean, low, high, baseline_n, difference FROM office_months"
    ) == [march, april]


def test_an_office_has_the_tone_of_all_whose_words_it_publishes(table: Desk) -> None:
    for number in range(20):
        speaker = [FEXLEY, "Ilse Marrow", None][number % 3]
        table.say(f"{number}", "2031-03-05", f"Lamp {number}.", tone=0.5, speaker=speaker)
    refresh(table.archive)
    assert table.rows("SELECT source, month, n, mean FROM office_months") == [
        ("xa_mfa", "2031-03", 20, 0.5)
    ]
    table.archive.db.execute("UPDATE statements SET published_at = '2031-04-05' WHERE id = '1'")
    refresh(table.archive)
    assert table.rows("SELECT month, statements, n, mean FROM office_months ORDER BY month") == [
        ("2031-03", 19, 19, None),
        ("2031-04", 1, 1, None),
    ]


def test_an_older_archive_gets_the_months_of_its_offices(table: Desk) -> None:
    db, chance = table.archive.db, random.Random(5)
    write_some(table, 0, 90, chance)
    refresh(table.archive)
    for script in ("DROP VIEW tone_of_offices", "DROP TABLE office_months"):
        db.execute(script)
    db.execute("DELETE FROM _sqlite_migrations WHERE name = 'office_months'")
    change_some(table, chance)  # and nothing is summed up again until after the update
    db.conn.commit()
    migrations.apply(db)
    refresh(table.archive)
    updated = table.summaries()
    rebuild(table.archive)
    assert table.summaries() == updated
    assert sum(row[0] for row in table.rows("SELECT statements FROM office_months")) > 60


def test_a_month_is_held_against_the_year_before(table: Desk) -> None:
    chance = random.Random(3)
    for month in range(-13, 1):
        usual = 0.5 if month > -13 else -1.0  # out of the year
        for number in range(30):
            tone = round((usual if month else -0.2) + chance.uniform(-0.2, 0.2), 3)
            on = f"{month_after('2031-03', month)}-05"
            table.say(f"{month} {number}", on, f"Lamp {month} {number}.", tone=tone)
    refresh(table.archive)
    view = "SELECT finding, difference, difference_low, difference_high, baseline_n "
    view += "FROM tone_of_speakers WHERE month = ?"
    ((finding, difference, low, high, baseline),) = table.rows(view, "2031-03")
    assert finding == "more negative than usual"
    assert low < difference < high < 0
    assert difference == pytest.approx(-0.7, abs=0.05)
    assert baseline == 360
    assert table.rows(view, "2030-02")[0][0] == "fewer than 20 scored in the year before"


def test_quoted_words_are_a_mention_and_no_tone(table: Desk) -> None:
    table.say("q", "2031-03-05", "Norland, he said.", about=[(*NORLAND, -0.9)], is_quoted=True)
    table.say("m", "2031-03-05", "Norland.", about=[(*NORLAND, -0.9), (*NORLAND, 0.9)])
    refresh(table.archive)
    said = table.rows("SELECT mentions, scored, negative, tone, tone_label FROM said_about")
    assert said == [(2, 2, 1, 0.0, "mixed"), (1, 0, 0, None, None)]


def test_every_week_and_month_counts_a_statement_once(table: Desk) -> None:
    for number, on in enumerate(["2031-03-03", "2031-03-09", "2031-03-10", "2031-03"]):
        precision = "date" if len(on) > 7 else "month"
        about = [(*NORLAND, 0.5), (*NORLAND, 0.7)]
        table.say(str(number), on, f"Norland {number}", about=about, precision=precision)
    refresh(table.archive)
    counts = "SELECT period, n FROM target_periods WHERE said_by = 'everyone'"
    assert table.rows(counts) == [("2031-03", 4), ("2031-03-03", 2), ("2031-03-10", 1)]


def said(*days: tuple[str, str]) -> list[Said]:
    kinds = {"-": (1, 1), "+": (1, 0), "?": (0, 0)}
    return [Said(on, on, *kinds[kind], 0.9) for on, kind in days]


def test_a_turning_point_needs_time_and_words_in_between() -> None:
    calm = [(f"2030-{month:02d}-01", "+?"[month % 4 == 0]) for month in range(2, 10)]
    (turn,) = find_turns(said(("2030-01-01", "-"), *calm, ("2031-03-05", "-")))
    assert (turn.before and turn.before.said_on, turn.days) == ("2030-01-01", 428)
    assert (turn.scored, turn.not_scored) == (6, 2)
    assert [turn.before for turn in find_turns(said(*calm, ("2031-03-05", "-")))] == [None]
    assert list(find_turns(said(("2030-01-01", "-"), *calm[:5], ("2031-03-05", "-")))) == []
    assert list(find_turns(said(*calm, ("2030-03-05", "-")))) == []


def formula(table: Desk, number: int, words: str, **options: str) -> None:
    on = f"20{30 + number // 12}-{number % 12 + 1:02d}-03"
    text = f"Norland and we speak of {words}. It is day {number}"
    table.say(f"f{number:02d}", on, text, about=[(*NORLAND, None)], **options)


def test_a_formula_is_found_and_its_rewording(table: Desk) -> None:
    for number in range(16):
        told = "our special and privileged strategic partnership"
        if number >= 8:
            told = "the special strategic partnership of equals"
        formula(table, number, told)
    formula(table, 20, "partenariat spécial", language="fr")
    refresh(table.archive)
    found = table.rows(
        "SELECT phrase, n, chances, first_id, last_id, passed_over, not_read, status, reworded_to "
        "FROM formulas ORDER BY first_used_on, phrase"
    )
    old, new = "special and privileged strategic partnership", "special strategic partnership of"
    assert found == [
        (f"speak of our {old}", 8, 8, "f00", "f07", 8, 1, "reworded", found[0][-1]),
        (f"speak of the {new} equals", 8, 8, "f08", "f15", 0, 1, "in use", None),
    ]
    assert found[0][-1] == found[1][0]


def test_a_phrase_needs_three_days_and_words_that_say_something() -> None:
    def phrases(*texts: str) -> list[str]:
        passages = [Passage(at, f"2031-03-{at + 1:02d}", words_of(t)) for at, t in enumerate(texts)]
        return [" ".join(each.words) for each in find_phrases(passages)]

    iron = "Iron-clad brotherly friendship"
    assert phrases(iron, f"An {iron}", f"{iron}!") == ["iron-clad brotherly friendship"]
    assert phrases(iron, iron) == []
    assert phrases(*["It is one of the"] * 3) == []
    assert phrases(*["Iron. Clad. Brotherly. Friends."] * 3) == []
    assert phrases(*["old iron clad friendship"] * 3, *["iron clad friendship"] * 2) == [
        "old iron clad friendship"
    ]
    assert phrases() == []
    assert words_of("With Arvenna we go", [(5, 12)]) == ("with", *("",) * 7, "we", "go")


@pytest.mark.parametrize(
    ("n", "chances", "passed_over", "dropped"),
    [(3, 3, 4, False), (3, 3, 5, True), (5, 8, 5, True), (5, 50, 20, False), (5, 50, 40, True)],
)
def test_dropped_means_that_chance_would_hardly_do_it(
    n: int, chances: int, passed_over: int, dropped: bool
) -> None:
    assert is_dropped(n, chances, passed_over) is dropped


def test_intervals_are_the_same_every_time() -> None:
    numbers = [0.1, 0.5, -0.3, 0.9] * 10
    assert middle(resampled_means(numbers, "a")) == middle(resampled_means(numbers[::-1], "a"))
    low, high = middle(resampled_means(numbers, "a"))
    assert (low, high) == (0.16, 0.44)
    assert middle(resampled_means(numbers, "b")) != (low, high)
    assert share_interval(0, 10) == (0.0, 0.2775)
    assert share_interval(0, 0) == (0.0, 1.0)


def test_an_interval_holds_the_mean_as_often_as_it_says() -> None:
    chance, held = random.Random(5), 0
    for turn in range(300):
        low, high = middle(resampled_means([chance.gauss(0, 1) for _ in range(60)], str(turn)))
        held += low <= 0 <= high
    assert 0.91 <= held / 300 <= 0.98


def test_similar_texts_are_found_and_boilerplate_is_not(table: Desk) -> None:
    words = "the minister opened the harbour at Tolva and thanked the crews of three ships for it"
    table.say("a", "2031-03-05", f"Today {words}.")
    table.say("b", "2031-03-05", f"{words.title()} https://x.example/1 #Tolva", source="xa_mod")
    table.say("c", "2031-03-05", "Rain is forecast for the whole of the coast until the evening.")
    for number in range(FULL):
        table.say(f"w{number}", "2031-03-05", f"Report {number}: wind of {number} from the north")
    refresh(table.archive)
    found = "SELECT statement_id, other_id, is_same_source FROM similar ORDER BY 1"
    assert table.rows(f"{found} LIMIT 2") == [
        ("a", "b", 0),
        ("b", "a", 0),
    ]
    report = "SELECT count(*) FROM similar WHERE statement_id LIKE 'w%'"
    assert table.rows(report) == [(FULL * (FULL - 1),)]
    table.say("w-more", "2031-03-06", "Report 9: wind of 4 from the north")
    refresh(table.archive)
    assert table.rows(report) == [(0,)]
    table.archive.db.execute("UPDATE statements SET text = NULL WHERE id = 'w-more'")
    refresh(table.archive)
    assert table.rows(report) == [(FULL * (FULL - 1),)]


def test_shingles_know_texts_that_are_alike() -> None:
    chance = random.Random(6)
    found, pairs = 0, 400
    for _ in range(pairs):
        words = [f"w{chance.randrange(10**6)}" for _ in range(42)]
        one, other = (shingles_of(" ".join(each)) for each in (words, words[:-9]))
        assert similarity(one, other) == pytest.approx(31 / 40)
        found += not {*bands_of(one)}.isdisjoint(bands_of(other))
    assert found / pairs >= 0.97
    assert shingles_of("Far too short to be compared") == frozenset()
    assert (
        bands_of(shingles_of("a b c d e f g h"))[0] == bands_of(shingles_of("A b c d e f g h"))[0]
    )
