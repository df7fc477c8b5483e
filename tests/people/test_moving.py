"""Moving many people as one act, and taking that back as one."""

import threading
from collections.abc import Iterator

import psycopg
import pytest
from django.db import transaction
from django.utils.translation import override

from hsl.accounts.models import AuditEntry
from hsl.jobs.models import Job
from hsl.jobs.running import RunningJob, run
from hsl.people import services, tasks
from hsl.people.filters import PeopleFilter
from hsl.people.listing import count
from hsl.projections.fold import fold
from hsl.school.moving import Moved
from hsl.school.refusals import ConflictError, InvalidError
from tests import cast


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    """Refusals are in the reader's language."""
    with override("en"):
        yield


def book(
    conn: psycopg.Connection, user_id: int, stream: str = "3rd_stream", confirmed: int = 2, course: int = 1
) -> None:
    """A booking of a person, not folded yet."""
    conn.execute(
        "INSERT INTO public.bookings (user_id, course_id, course_stream, confirmed) VALUES (%s, %s, %s, %s)",
        (user_id, course, stream, confirmed),
    )


def members(stream: str) -> int:
    """How many people the list shows in a stream."""
    return count(PeopleFilter(group=stream))


def test_each_who_can_be_moved_is_and_the_others_are_counted(school: psycopg.Connection) -> None:
    book(school, 1)
    book(school, 2, "5th_stream")
    book(school, 3, confirmed=-1)
    book(school, 4, "5th_stream", confirmed=1)
    book(school, 4)
    book(school, 5, course=7)
    fold(school)
    moved = services.move_few([1, 2, 3, 4, 5, 6], "5th_stream", actor=None)

    assert moved.outcomes == {
        Moved.MOVED: 1,
        Moved.THERE_ALREADY: 1,
        Moved.NO_BOOKING: 2,
        Moved.IN_THE_WAY: 1,
        Moved.NOT_LISTED: 1,
    }
    assert members("5th_stream") == 2
    assert moved.act is not None
    (part,) = AuditEntry.objects.filter(part_of=moved.act)
    assert (part.act, part.subject) == ("person.move", "person:1")


def test_nobody_moved_leaves_nothing_on_the_record(school: psycopg.Connection) -> None:
    assert services.move_few([1], "5th_stream", actor=None).act is None
    with pytest.raises(InvalidError, match="no stream is called that"):
        services.move_few([1], "6th_stream", actor=None)
    assert not AuditEntry.objects.exists()


def test_a_booking_that_a_bot_holds_keeps_only_its_person_from_moving(
    school: psycopg.Connection, bot: psycopg.Connection
) -> None:
    for user_id in range(1, 6):
        book(school, user_id)
    with bot.transaction():
        bot.execute("UPDATE public.bookings SET confirmed = 2 WHERE user_id = 3")
        moved = services.move_few([1, 2, 3, 4, 5], "5th_stream", actor=None)

    assert moved.outcomes == {Moved.MOVED: 4, Moved.REFUSED: 1}


def test_a_table_that_a_bot_holds_is_waited_for_once_not_for_each(
    school: psycopg.Connection, bot: psycopg.Connection
) -> None:
    for user_id in range(1, 4):
        book(school, user_id)
    moved = services.move_few([1, 2, 3], "5th_stream", actor=None)
    assert moved.act is not None
    with bot.transaction(force_rollback=True):
        bot.execute("LOCK TABLE public.bookings")
        with pytest.raises(ConflictError, match="holds the table"):
            services.move_few([1, 2, 3], "4th_stream", actor=None)
        with pytest.raises(ConflictError, match="holds the table"), transaction.atomic():
            services.undo_few(services.begin_undoing(moved.act.pk, actor=None), actor=None)

    assert AuditEntry.objects.filter(part_of=None).count() == 1


def test_the_whole_is_taken_back_but_for_whom_somebody_changed_since(school: psycopg.Connection) -> None:
    for user_id in range(1, 5):
        book(school, user_id)
    moved = services.move_few([1, 2, 3, 4], "5th_stream", actor=None)
    assert moved.act is not None
    school.execute("UPDATE public.bookings SET course_stream = '4th_stream' WHERE user_id = 4")
    fold(school)
    taking_back = services.begin_undoing(moved.act.pk, actor=None)
    parts = services.parts_left(moved.act, 0, 10)

    assert services.undo_parts(parts, taking_back, actor=None) == (3, 1)
    assert (members("3rd_stream"), members("5th_stream"), members("4th_stream")) == (3, 0, 1)
    with pytest.raises(ConflictError, match="taken back already"):
        services.begin_undoing(moved.act.pk, actor=None)


def test_everybody_who_matches_is_moved_by_a_job_and_taken_back_by_one(school: psycopg.Connection) -> None:
    school.execute(
        "INSERT INTO public.bookings (user_id, course_id, course_stream, confirmed)"
        " SELECT n, 1, '3rd_stream', 2 FROM generate_series(1, 450) AS n"
    )
    fold(school)
    client = cast.signed_in(cast.hire().manager)
    answer = client.post(
        "/people/move", {"everyone": "yes", "query": "group=3rd_stream", "stream": "5th_stream"}
    )
    job = Job.objects.get()
    assert answer.headers["Location"] == f"/people/moves/{job.arguments['act']}"
    assert client.post(f"/people/moves/{job.arguments['act']}/undo").status_code == 409

    run(job.pk, threading.Event())
    assert (members("3rd_stream"), members("5th_stream")) == (0, 450)
    page = client.get(answer.headers["Location"], headers={"Accept-Language": "en"}).content.decode()
    assert "Moved to 5-й поток: 450 people" in page

    client.post(f"/people/moves/{job.arguments['act']}/undo")
    run(Job.objects.latest("pk").pk, threading.Event())
    assert (members("3rd_stream"), members("5th_stream")) == (450, 0)
    page = client.get(answer.headers["Location"], headers={"Accept-Language": "en"}).content.decode()
    assert "Taken back: 450 people" in page


def test_a_move_of_a_few_says_how_many_from_where_and_to_where(school: psycopg.Connection) -> None:
    for user_id, stream in ((1, "3rd_stream"), (2, "3rd_stream"), (3, "4th_stream")):
        book(school, user_id, stream)
    client = cast.signed_in(cast.hire().manager)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    client.post("/people/move", {"person": ["1", "2", "3", "4"], "stream": "5th_stream"})
    act = AuditEntry.objects.get(act="people.move")
    page = client.get(f"/people/moves/{act.pk}").content.decode()
    for said in (
        "Moved to 5-й поток: 3 people · 1 stayed where they were",
        "<bdi>3-й поток</bdi>: 2",
        "<bdi>4-й поток</bdi>: 1",
        f"/people/moves/{act.pk}/undo",
    ):
        assert said in page

    school.execute("UPDATE public.bookings SET course_stream = '4th_stream' WHERE user_id = 2")
    client.post(f"/people/moves/{act.pk}/undo")
    page = client.get(f"/people/moves/{act.pk}").content.decode()
    assert "Taken back: 2 people · 1 left as they are" in page
    assert f"/people/moves/{act.pk}/undo" not in page


@pytest.mark.parametrize("kind", ["move", "undo"])
def test_a_job_waits_for_a_table_that_a_bot_holds(
    school: psycopg.Connection, bot: psycopg.Connection, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    monkeypatch.setattr(tasks, "PAUSE_SECONDS", 0)
    for user_id in range(1, 4):
        book(school, user_id)
    fold(school)
    act = services.begin_moving("5th_stream", 3, actor=None)
    arguments = {"act": act.pk, "query": "status=student"}
    if kind == "undo":
        services.move_people([1, 2, 3], act, actor=None)
        arguments = {"act": services.begin_undoing(act.pk, actor=None).pk}
    job = Job.objects.create(kind=f"people.{kind}", language="en", arguments=arguments)
    bot.execute("BEGIN; LOCK TABLE public.bookings")
    said = []

    def progress(_self: RunningJob, step: str, _done: int, _total: int | None = None) -> None:
        said.append(step)
        if said.count("held") == 2:
            bot.execute("ROLLBACK")

    monkeypatch.setattr(RunningJob, "progress", progress)
    run(job.pk, threading.Event())
    job.refresh_from_db()
    assert job.state == "done"
    assert said.count("held") == 2
    assert job.outcome == ({"moved": 3} if kind == "move" else {"undone": 3, "refused": 0})


def test_a_job_that_has_waited_long_enough_says_who_holds_it_up(
    school: psycopg.Connection, bot: psycopg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tasks, "PATIENCE_SECONDS", 0)
    book(school, 1)
    fold(school)
    act = services.begin_moving("5th_stream", 1, actor=None)
    services.move_people([1], act, actor=None)
    back = services.begin_undoing(act.pk, actor=None)
    job = Job.objects.create(kind="people.undo", language="en", arguments={"act": back.pk})
    with bot.transaction(force_rollback=True):
        bot.execute("LOCK TABLE public.bookings")
        run(job.pk, threading.Event())

    job.refresh_from_db()
    assert (job.state, job.error) == ("failed", "another program holds the table of bookings: try again")
    assert services.undo_stopped(back), "it can be gone on with"


def test_an_undo_that_was_cancelled_can_be_gone_on_with(school: psycopg.Connection) -> None:
    school.execute(
        "INSERT INTO public.bookings (user_id, course_id, course_stream, confirmed)"
        " SELECT n, 1, '3rd_stream', 2 FROM generate_series(1, 201) AS n"
    )
    fold(school)
    client = cast.signed_in(cast.hire().manager)
    client.post("/people/move", {"everyone": "yes", "query": "group=3rd_stream", "stream": "5th_stream"})
    act = Job.objects.get().arguments["act"]
    run(Job.objects.get().pk, threading.Event())
    client.post(f"/people/moves/{act}/undo")
    assert client.post(f"/people/moves/{act}/undo").status_code == 409, "it is being taken back"
    client.post(f"/jobs/{Job.objects.latest('pk').pk}/cancel/")
    assert f"/people/moves/{act}/undo" in client.get(f"/people/moves/{act}").content.decode()

    client.post(f"/people/moves/{act}/undo")
    run(Job.objects.latest("pk").pk, threading.Event())
    assert members("3rd_stream") == 201
    assert client.post(f"/people/moves/{act}/undo").status_code == 409, "it is taken back"


def test_a_job_begun_again_after_it_emptied_its_group_is_done(school: psycopg.Connection) -> None:
    book(school, 1, "9th_stream")
    fold(school)
    act = services.begin_moving("5th_stream", 1, actor=None)
    services.move_people([1], act, actor=None)
    job = Job.objects.create(
        kind="people.move", language="en", arguments={"act": act.pk, "query": "group=9th_stream"}
    )

    run(job.pk, threading.Event())
    job.refresh_from_db()
    assert (job.state, job.outcome) == ("done", {"moved": 1})


def test_a_job_begun_again_moves_nobody_twice(school: psycopg.Connection) -> None:
    for user_id in range(1, 4):
        book(school, user_id)
    fold(school)
    act = services.begin_moving("5th_stream", 3, actor=None)
    services.move_people([1], act, actor=None)
    job = Job.objects.create(
        kind="people.move", language="en", arguments={"act": act.pk, "query": "status=student"}
    )

    run(job.pk, threading.Event())
    job.refresh_from_db()
    assert (job.outcome or {})["moved"] == AuditEntry.objects.filter(part_of=act).count() == 3
