"""The words of passages, their keys, and the blocks in which these are kept."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.passages.blocks import TEXTS, Block, in_order, pack, texts_in, unpack
from archive.passages.keys import PLACE_BITS, WordNumbers, run_keys, word_keys
from archive.passages.pairs import count_pairs
from archive.passages.translations import says_it_is_translated
from archive.passages.words import words_of

ENTRIES = st.lists(
    st.tuples(st.integers(0, 2**14 - 1), st.integers(0, 40), st.integers(0, TEXTS - 1)),
    max_size=200,
)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Don\u2019t \u2013 «go», she 'said'…", "dont go she said"),
        ("1,400 and 1,00,000 and 2.5 and 12,13", "1400 and 100000 and 2.5 and 12 13"),
        ("40% or 40 per cent or 40 percent", "40 percent or 40 percent or 40 percent"),
        ("R&D, AT&amp;T", "r and d at and t"),
        ("U.N. and p.m. at the U.S.-led talks.", "un and pm at the us led talks"),
        ("co-operation re\u2011elected long-term", "cooperation reelected long term"),
        ("#MakeInNorland #G20 #COVID19 #UNSummit2031 #a_b @The_Fleet", None),
        ("see https://x.example/a?b=c, www.x.example or pic.twitter.com/Ab1 now", "see or now"),
        (
            "Łódź, Çeşme, İzmir, Ærø, ﬁne \uff21\uff22 straße",
            "lodz cesme izmir aero fine ab strasse",
        ),
        ("السَّلامُ عليكم", "السلام عليكم"),
        ("ha\u00adr\u200bbour", "harbour"),
        ("किताब की दुकान।", "किताब की दुकान"),
        ("한국 정부는", "한국 정부는"),
        ("海の安全", "海の の安 安全"),
        ("ไทยคม", "ไทย ทยค ยคม"),
        ("", ""),
        ("?! 🙂", ""),
    ],
)
def test_words_are_folded(text: str, words: str | None) -> None:
    if words is None:
        words = "make in norland g20 covid 19 un summit 2031 a b the fleet"
    assert " ".join(words_of(text)) == words


@given(st.text())
def test_words_are_words_whatever_the_text(text: str) -> None:
    words = words_of(text)
    assert all(word and not any(map(str.isspace, word)) for word in words)
    assert words_of(text.replace("'", "\u2019")) == words


@given(st.text(alphabet=" abcdefgh.,-'&%19", max_size=60))
def test_plain_text_has_the_same_words_the_long_way(text: str) -> None:
    assert words_of(f"{text} é") == [*words_of(text), "e"]


def test_keys_are_the_same_for_ever() -> None:
    numbers = WordNumbers().of(["the", "first", "day", "of", "may"])
    assert word_keys(numbers).tolist()[:2] == WORD_KEYS
    assert run_keys(numbers).tolist() == RUN_KEYS
    assert run_keys(numbers[:3]).tolist() == []
    assert max(run_keys(numbers).tolist()) < 2**45


def test_keys_of_other_words_and_orders_differ() -> None:
    numbers = WordNumbers()
    words = [f"w{number}" for number in range(30_000)]
    keys = {*word_keys(numbers.of(words)).tolist(), *run_keys(numbers.of(words)).tolist()}
    assert len(keys) == 2 * len(words) - 3
    assert run_keys(numbers.of(["a", "b", "c", "d"])) != run_keys(numbers.of(["b", "a", "c", "d"]))


@given(ENTRIES)
def test_blocks_hold_what_was_put_in(told: list[tuple[int, int, int]]) -> None:
    numbers = [(block << PLACE_BITS | place) << 16 | text for block, place, text in told]
    entries = in_order(np.array(numbers, dtype=np.uint64))
    packed = dict(pack(entries))
    assert sorted(packed) == sorted({block for block, _, _ in told})
    again = [unpack(block, packed[block]) for block in sorted(packed)]
    assert np.concatenate([entries[:0], *again]).tolist() == sorted(set(numbers))
    for block, place, _ in told:
        having = sorted({each[2] for each in told if each[:2] == (block, place)})
        assert Block(packed[block]).texts_with(place).tolist() == having
        assert Block(packed[block]).texts_with(41).tolist() == []
        assert {*texts_in(packed[block])} == {each[2] for each in told if each[0] == block}


def test_a_word_of_all_texts_takes_two_bytes_each() -> None:
    entries = np.arange(TEXTS, dtype=np.uint64) | np.uint64(5 << 16)
    ((block, packed),) = pack(entries)
    assert (block, len(packed)) == (0, 2 * TEXTS + 10)
    assert len(Block(packed).texts_with(5)) == TEXTS


def test_pairs_count_words_in_their_order() -> None:
    count = count_pairs("we will sail to the north")
    assert count("We will sail to the north.") == 9
    assert count("We shall sail to the North") == 6
    assert count("north the to sail will we") == 0
    assert count("Nothing of it") == 0
    assert count("") == 0


@pytest.mark.parametrize(
    ("title", "text", "is_post", "is_translation"),
    [
        ("English rendering of the Minister's address", "We sail.", False, True),
        (None, "(Unofficial translation) We sail.", True, True),
        (None, f"We sail. {'So it is. ' * 99}[Translated from Norlandish]", False, False),
        (None, f"We sail. {'So it is. ' * 99}[Translated from the original Finnish]", False, True),
        (None, f"{'So it is. ' * 99}(Courtesy translation) {'So it is. ' * 99}", False, False),
        (None, "Неофициальный перевод. Мы идём.", False, True),
        (None, "Words must be translated from paper into ships.", False, False),
        ("A book", "We presented a novel translated from Finnish.", True, False),
        (None, "The English translation of the book is out.", False, False),
    ],
)
def test_a_translation_says_so(
    title: str | None, text: str, is_post: bool, is_translation: bool
) -> None:
    assert says_it_is_translated(title, text, is_post=is_post) is is_translation


WORD_KEYS = [10481701772329, 16372946554885]
RUN_KEYS = [32004128348717, 24230924818461]
