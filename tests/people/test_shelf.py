"""People packed in memory are found as by looking at each of them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hsl.people import shelf
from hsl.people.rows import User, in_order
from hsl.people.shelf import GRAM_HITS, Entry, Shelf, count_grams, note_fours, shelf_of

LETTERS = "abжё🙂_\xff"
words = st.text(LETTERS, max_size=6)
people = st.dictionaries(
    st.integers(-(2**63), 2**63 - 1),
    st.tuples(st.none() | words, st.none() | words, st.lists(words, max_size=3)),
    max_size=20,
)


def entries(of: dict[int, tuple[str | None, str | None, list[str]]]) -> list[Entry]:
    """Shelf entries of people: id to username, first name and all names."""
    return [
        Entry(
            User(user_id, username, first_name, "s"),
            "\n".join(names),
            frozenset(),
            frozenset({"s"}),
            user_id < 0,
        )
        for user_id, (username, first_name, names) in of.items()
    ]


def with_grams(made: Shelf) -> Shelf:
    """The shelf as a loaded one is: with its lists of pairs and its notes of fours of characters."""
    lists, fours = count_grams(made.names, made.starts), note_fours(made.names, made.starts)
    return Shelf(**{**made.__dict__, "grams": lists, "fours": fours})


@given(people, words.filter(bool), st.integers(1, 30), st.booleans(), st.sets(st.integers(0, 5)))
def test_who_is_found(
    of: dict[int, tuple[str | None, str | None, list[str]]],
    text: str,
    limit: int,
    listed: bool,
    hidden: set[int],
) -> None:
    made = shelf_of(entries(of))
    made = with_grams(made) if listed else made
    ordered = sorted(entries(of), key=lambda entry: in_order(entry.user))

    names = {n: entry.names.split("\n") for n, entry in enumerate(ordered) if n not in hidden}
    containing = [n for n, theirs in names.items() if any(text in name for name in theirs)]
    beginning = [n for n, theirs in names.items() if any(name.startswith(text) for name in theirs)]
    assert made.find(text, hidden, limit, None) == (containing[:limit], True)
    assert made.find("\n" + text, hidden, limit, None) == (beginning[:limit], True)


@given(people)
def test_who_stands_where(of: dict[int, tuple[str | None, str | None, list[str]]]) -> None:
    made = shelf_of(entries(of))

    assert [made.user(n) for n in range(len(made))] == sorted((e.user for e in entries(of)), key=in_order)
    for user_id in [*of, 1, 0]:
        position = made.position(user_id)
        assert (position is not None and made.ids[position] == user_id) == (user_id in of)
    assert list(made.streams.get("s", ())) == list(range(len(made)))
    assert {made.ids[n] for n in made.non_course} == {user_id for user_id in of if user_id < 0}


@pytest.fixture
def many(monkeypatch: pytest.MonkeyPatch) -> Shelf:
    """A shelf of 3,000 people, "a" in the names of all, "ж" in those of the last five, read in small chunks."""
    monkeypatch.setattr(shelf, "_CHUNK", 100)
    monkeypatch.setattr(shelf, "STRETCH", 100)
    names = [f"a{n}" + ("ж" if n >= 2995 else "") for n in range(3000)]
    return with_grams(shelf_of(entries({n: (f"{n:05}", None, [name]) for n, name in enumerate(names)})))


def test_lists_of_pairs_are_cut_at_their_limit(many: Shelf) -> None:
    assert list(many.grams["a"]) == list(range(GRAM_HITS))
    assert list(many.grams["ж"]) == list(range(2995, 3000))
    assert many.find("a", set(range(10, 60)), 50, None) == ([*range(10), *range(60, 100)], True)
    assert many.find("9ж", set(), 50, None) == ([2999], True)
    assert many.find("жж", set(), 50, None) == ([], True)


def test_patience_ends_the_reading(many: Shelf) -> None:
    assert many.find("212", set(), 50, 1000) == ([], False)
    assert many.find("a1", set(), 5, 1000)[1]
    assert many.find("ж", set(), 50, 10) == (list(range(2995, 3000)), True)


def test_a_rare_text_is_looked_for_where_its_fours_are(many: Shelf) -> None:
    assert many.find("a1234", set(), 50, 2000) == ([1234], True)
    assert many.find("a9999", set(), 50, 0) == ([], True)
    assert many.find("a1234", {1234}, 50, None) == ([], True)
    assert many.find("\na29", set(), 3, None) == ([29, 290, 291], True)
