"""Who folds: a page in the moment it is read, an operator's own write, and the worker."""

import threading
from concurrent.futures import ThreadPoolExecutor

from structlog.testing import capture_logs

from hsl.projections.fold import Folder, catch_up, fold, fold_people
from hsl.projections.gate import Connection
from hsl.projections.health import health
from hsl.projections.verify import verify
from hsl.projections.worker import work
from tests.projections.facts import BOOKING, EVENT, is_true, total
from tests.waiting import until


def test_an_operators_own_write_is_seen_at_once(school: Connection, bot: Connection) -> None:
    bot.execute(BOOKING, (1, 2))
    assert fold_people([1]) is True
    assert school.execute("SELECT status FROM user_cache").fetchall() == [("student",)]
    assert verify(school).clean
    fold(school)
    assert is_true(school)


def test_a_page_catches_up_by_itself_with_no_worker(school: Connection, bot: Connection) -> None:
    fold(school)
    bot.execute(EVENT, (1,))
    catch_up()
    assert (total(school, "events"), total(school, "people")) == (1, 1)


def test_a_page_asks_once_where_nothing_waits(school: Connection, bot: Connection) -> None:
    bot.execute(EVENT, (1,))
    fold(school)
    assert Folder(school).is_quiet()
    bot.execute(EVENT, (2,))
    assert not Folder(school).is_quiet()
    Folder(school).take()
    assert not Folder(school).is_quiet(), "somebody is still to be recomputed"
    catch_up()
    assert Folder(school).is_quiet()
    assert total(school, "people") == 2


def test_a_page_sees_that_the_school_moved_to_another_zone(school: Connection, bot: Connection) -> None:
    bot.execute(EVENT, (1,))
    fold(school)
    school.execute("UPDATE school SET time_zone = 'Asia/Tokyo'")
    assert not Folder(school).is_quiet()
    catch_up()
    assert school.execute("SELECT count(*) FROM recounts").fetchone() == (4,)


def test_a_page_leaves_much_to_the_worker(school: Connection, bot: Connection) -> None:
    fold(school)
    bot.execute("INSERT INTO public.events (user_id) SELECT generate_series(1, 1000)")
    catch_up()
    assert (total(school, "events"), total(school, "people")) == (1000, 0)
    fold(school)
    assert total(school, "people") == 1000


def test_many_changes_are_left_to_the_worker_by_a_page(school: Connection, bot: Connection) -> None:
    fold(school)
    bot.execute("INSERT INTO public.events (user_id) SELECT generate_series(1, 2000)")
    catch_up()
    assert total(school, "events") == 0
    fold(school)
    assert total(school, "events") == 2000


def test_pages_alone_keep_the_deltas_few(school: Connection, bot: Connection) -> None:
    fold(school)
    bot.execute(
        "INSERT INTO public.events (user_id, event_type) SELECT 1, n::text FROM generate_series(1, 1200) AS n"
    )
    catch_up()
    assert school.execute("SELECT count(*) FROM deltas").fetchone() == (0,)
    assert total(school, "events") == 1200


def test_the_worker_folds_what_is_committed_until_it_is_told_to_stop(
    school: Connection, bot: Connection
) -> None:
    others = [pid for (pid,) in school.execute("SELECT pid FROM pg_stat_activity").fetchall()]
    stop = threading.Event()
    worker = threading.Thread(target=work, args=(stop,))
    worker.start()
    try:
        bot.execute(EVENT, (1,))
        until(lambda: total(school, "people") == 1, "the first person")
        assert health().worker
        school.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> ALL (%s)",
            (others,),
        )
        bot.execute(EVENT, (2,))
        until(lambda: total(school, "people") == 2, "the second person")
    finally:
        stop.set()
        worker.join()
    assert is_true(school)


def test_the_worker_comes_back_to_a_table_that_a_program_held(
    school: Connection, bot: Connection, late: Connection
) -> None:
    bot.execute(EVENT, (1,))
    late.execute("BEGIN; LOCK TABLE public.events")
    stop = threading.Event()
    with capture_logs() as said, ThreadPoolExecutor(1) as pool:
        worker = pool.submit(work, stop)
        try:
            until(
                lambda: {"fold waits"} <= {line["event"] for line in said}, "the worker's word that it waits"
            )
            late.execute("COMMIT")
            until(lambda: total(school, "people") == 1, "the person")
        finally:
            stop.set()
        worker.result()
    assert is_true(school)
