"""People with many facts: all of them are read whenever one changes, so they wait in lanes of their own and hold up
nobody."""

import math
import time

import pytest

from hsl.projections.fold import Folder, catch_up, fold
from hsl.projections.gate import Connection
from hsl.projections.verify import verify
from tests.projections.facts import EVENT, is_true, total

FEW, BUSY, HEAVY = 2, 3, 1
BUSY_EVENTS, HEAVY_EVENTS = 201, 5001


@pytest.fixture
def happenings(school: Connection, bot: Connection) -> None:
    """Somebody with very many facts, somebody with many, and somebody without any: something happens to each."""
    for user_id, many in ((HEAVY, HEAVY_EVENTS), (BUSY, BUSY_EVENTS)):
        bot.execute(
            "INSERT INTO public.events (user_id) SELECT %s FROM generate_series(1, %s)", (user_id, many)
        )
    fold(school)
    for user_id in (HEAVY, BUSY, FEW):
        bot.execute(EVENT, (user_id,))


def events(conn: Connection, user_id: int) -> int:
    return int(
        conn.execute("SELECT events FROM user_activity WHERE user_id = %s", (user_id,)).fetchall()[0][0]
    )


def known(conn: Connection) -> tuple[int, int, int]:
    """Of how many events of whom the projections know."""
    return events(conn, FEW), events(conn, BUSY), events(conn, HEAVY)


@pytest.mark.usefixtures("happenings")
def test_who_has_many_facts_waits_behind_the_others(school: Connection) -> None:
    folder = Folder(school)
    folder.take()
    folder.recompute_batch()
    assert known(school) == (1, BUSY_EVENTS, HEAVY_EVENTS)
    assert verify(school).people_waiting == 2
    folder.recompute_busy()
    assert known(school) == (1, BUSY_EVENTS + 1, HEAVY_EVENTS)
    folder.recompute_heavy()
    assert known(school) == (1, BUSY_EVENTS + 1, HEAVY_EVENTS + 1)
    assert is_true(school)


@pytest.mark.usefixtures("happenings")
def test_they_take_a_share_of_a_workers_time(school: Connection, bot: Connection) -> None:
    folder = Folder(school)
    folder.step()
    assert known(school) == (1, BUSY_EVENTS + 1, HEAVY_EVENTS + 1)
    assert folder.busy_from > time.monotonic() or folder.heavy_from > time.monotonic()
    folder.busy_from = folder.heavy_from = math.inf
    for user_id in (HEAVY, BUSY, FEW):
        bot.execute(EVENT, (user_id,))
    folder.step()
    assert known(school) == (2, BUSY_EVENTS + 1, HEAVY_EVENTS + 1)
    folder.busy_from = folder.heavy_from = 0
    folder.step()
    assert known(school) == (2, BUSY_EVENTS + 2, HEAVY_EVENTS + 2)


@pytest.fixture
def ten(school: Connection, bot: Connection) -> range:
    """Ten people with many facts, to each of whom something happens."""
    people = range(10, 20)
    bot.execute(
        "INSERT INTO public.events (user_id) SELECT u FROM unnest(%s::bigint[]) u, generate_series(1, 700)",
        (list(people),),
    )
    fold(school)
    for user_id in people:
        bot.execute(EVENT, (user_id,))
    return people


def test_of_those_with_many_facts_only_a_few_have_their_turn_at_once(school: Connection, ten: range) -> None:
    folder = Folder(school)
    folder.take()
    folder.recompute_batch()
    assert [folder.recompute_busy() for _ in range(4)] == [4, 4, 2, 0]
    assert [events(school, user_id) for user_id in ten] == [701] * 10
    assert is_true(school)


def test_a_page_recomputes_all_of_them_where_that_is_quick(
    school: Connection, ten: range, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hsl.projections.fold.BATCH_SECONDS", 60)
    catch_up()
    assert [events(school, user_id) for user_id in ten] == [701] * 10


@pytest.mark.usefixtures("happenings")
def test_a_new_folder_finds_who_was_passed_by_one_that_died(school: Connection) -> None:
    dead = Folder(school)
    dead.take()
    dead.recompute_batch()
    fold(school)
    assert known(school) == (1, BUSY_EVENTS + 1, HEAVY_EVENTS + 1)
    assert is_true(school)


@pytest.mark.usefixtures("happenings")
def test_where_many_were_passed_the_mark_stays_before_who_still_waits(
    school: Connection, bot: Connection
) -> None:
    folder = Folder(school)
    folder.take()
    bot.execute("INSERT INTO public.events (user_id) SELECT generate_series(100, 1100)")
    folder.take()
    while folder.recompute_batch():
        pass
    fold(school)
    assert known(school) == (1, BUSY_EVENTS + 1, HEAVY_EVENTS + 1)
    assert total(school, "people") == 1004
    assert is_true(school)


@pytest.mark.usefixtures("happenings")
def test_who_waits_is_not_made_to_wait_again_by_each_fact(school: Connection, bot: Connection) -> None:
    folder = Folder(school)
    folder.take()
    folder.recompute_batch()
    places = "SELECT (SELECT array_agg(n) FROM waiting), (SELECT array_agg(user_id) FROM heavy)"
    before = school.execute(places).fetchall()
    for user_id in (HEAVY, BUSY):
        bot.execute(EVENT, (user_id,))
    folder.take()
    assert school.execute(places).fetchall() == before
    fold(school)
    assert known(school) == (1, BUSY_EVENTS + 2, HEAVY_EVENTS + 2)
    assert is_true(school)


@pytest.mark.usefixtures("happenings")
def test_who_waits_far_behind_the_others_may_wait_twice_and_has_one_turn(
    school: Connection, bot: Connection
) -> None:
    folder = Folder(school)
    folder.take()
    folder.recompute_batch()
    school.execute("SELECT setval('waiting_n_seq', last_value + 10000) FROM waiting_n_seq")
    bot.execute(EVENT, (BUSY,))
    folder.take()
    folder.recompute_batch()
    assert school.execute("SELECT user_id FROM waiting").fetchall() == [(BUSY,), (BUSY,)]
    folder.recompute_busy()
    assert school.execute("SELECT user_id FROM waiting").fetchall() == []
    assert known(school) == (1, BUSY_EVENTS + 2, HEAVY_EVENTS)
    fold(school)
    assert is_true(school)


@pytest.mark.usefixtures("happenings")
def test_who_waits_with_very_many_facts_is_told_of_a_lesson(school: Connection, bot: Connection) -> None:
    folder = Folder(school)
    folder.take()
    folder.recompute_batch()
    bot.execute(
        "INSERT INTO public.free_lesson_registrations (user_id, email, lesson_type) VALUES (%s, 'a@b.ru', 'intro')",
        (HEAVY,),
    )
    fold(school)
    assert school.execute(
        "SELECT registrations FROM lesson_people WHERE user_id = %s", (HEAVY,)
    ).fetchall() == [(1,)]
    assert is_true(school)


@pytest.mark.usefixtures("happenings")
def test_a_page_recomputes_the_heaviest_only_where_no_worker_does(school: Connection) -> None:
    catch_up()
    assert known(school) == (1, BUSY_EVENTS + 1, HEAVY_EVENTS)
    school.execute("UPDATE heavy SET since = since - interval '1 minute'")
    catch_up()
    assert events(school, HEAVY) == HEAVY_EVENTS + 1


@pytest.mark.usefixtures("happenings")
def test_a_whole_fold_leaves_out_nobody_who_was_put_behind(school: Connection) -> None:
    fold(school)
    assert known(school) == (1, BUSY_EVENTS + 1, HEAVY_EVENTS + 1)
    assert is_true(school)
