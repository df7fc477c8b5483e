"""When a message begins: at its time, not in the quiet hours, and not long after its time without being asked."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from hsl.broadcasts import controls
from hsl.broadcasts.audience import Audience
from hsl.broadcasts.content import Content
from hsl.broadcasts.services import Draft, create, schedule
from hsl.broadcasts.starting import MISSED, start_due
from hsl.school.models import School
from tests.broadcasts.sender.conftest import BOT, Desk
from tests.elsewhere import elsewhere


def scheduled(desk: Desk, *, quiet: bool = False) -> int:
    """A message for in an hour."""
    desk.people(1, 3)
    message_id = create(Draft(Content("Привет!"), Audience(groups=("3rd_stream",)), quiet), actor=None)
    schedule(message_id, timezone.now() + timedelta(hours=1), actor=None)
    return message_id


def due(desk: Desk, message_id: int, ago: timedelta) -> None:
    """Its time came so long ago."""
    desk.conn.execute(
        "UPDATE broadcasts SET scheduled_at = now() - %s WHERE message_id = %s", [ago, message_id]
    )
    start_due(BOT)


def state(desk: Desk, message_id: int) -> tuple[Any, ...]:
    found = desk.conn.execute(
        "SELECT status, paused_reason FROM broadcasts WHERE message_id = %s", [message_id]
    ).fetchone()
    assert found
    return found


def quiet_hours(begin: timedelta, end: timedelta) -> None:
    """From so long after now to so long after now."""
    now = datetime.now().astimezone()
    School.objects.update(
        time_zone="UTC",
        quiet_from=(now + begin).astimezone(timezone.get_default_timezone()).time(),
        quiet_until=(now + end).astimezone(timezone.get_default_timezone()).time(),
    )


def test_it_begins_at_its_time_once(desk: Desk) -> None:
    message = scheduled(desk)
    start_due(BOT)
    assert state(desk, message) == ("scheduled", None)

    due(desk, message, timedelta(seconds=1))
    start_due(BOT)

    assert state(desk, message) == ("sending", None)
    assert desk.statuses(message) == {"pending": 3}


def test_a_start_that_was_missed_asks_first(desk: Desk) -> None:
    message = scheduled(desk)

    due(desk, message, MISSED + timedelta(minutes=1))

    assert state(desk, message) == ("paused", "missed")
    assert desk.statuses(message) == {}
    controls.resume(message, actor=None)
    start_due(BOT)
    assert state(desk, message) == ("sending", None)


def test_quiet_hours_are_waited_out(desk: Desk) -> None:
    message = scheduled(desk, quiet=True)
    quiet_hours(timedelta(hours=-1), timedelta(hours=1))
    due(desk, message, timedelta(seconds=1))
    assert state(desk, message) == ("paused", "quiet")

    start_due(BOT)
    assert state(desk, message) == ("paused", "quiet")
    quiet_hours(timedelta(hours=-2), timedelta(hours=-1))
    desk.conn.execute("UPDATE broadcasts SET resumes_at = now()")
    start_due(BOT)
    assert state(desk, message) == ("sending", None)

    quiet_hours(timedelta(hours=-1), timedelta(hours=1))
    start_due(BOT)
    assert state(desk, message) == ("paused", "quiet")


def test_a_message_that_does_not_mind_them_goes_on(desk: Desk) -> None:
    message = scheduled(desk)
    quiet_hours(timedelta(hours=-1), timedelta(hours=1))

    due(desk, message, timedelta(seconds=1))

    assert state(desk, message) == ("sending", None)


def test_a_quiet_night_that_ended_long_ago_asks_first(desk: Desk) -> None:
    message = scheduled(desk, quiet=True)
    quiet_hours(timedelta(hours=-1), timedelta(hours=1))
    due(desk, message, timedelta(seconds=1))
    quiet_hours(timedelta(hours=-2), timedelta(hours=-1))
    desk.conn.execute("UPDATE broadcasts SET resumes_at = now() - interval '16 minutes'")

    start_due(BOT)

    assert state(desk, message) == ("paused", "missed")


@pytest.mark.parametrize("act", ["pause", "cancel"])
def test_an_operator_who_stops_it_in_the_night_is_not_overruled_in_the_morning(desk: Desk, act: str) -> None:
    message = scheduled(desk, quiet=True)
    quiet_hours(timedelta(hours=-1), timedelta(hours=1))
    due(desk, message, timedelta(seconds=1))
    getattr(controls, act)(message, actor=None)
    quiet_hours(timedelta(hours=-2), timedelta(hours=-1))

    start_due(BOT)

    assert state(desk, message)[0] in ("paused", "cancelled")
    assert state(desk, message)[1] != "quiet"


SLOWLY_REFUSING = """
CREATE FUNCTION public.refuses() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN PERFORM pg_advisory_xact_lock(77); RAISE EXCEPTION 'not these'; END $$;
CREATE TRIGGER refuses BEFORE INSERT ON public.message_recipients FOR EACH STATEMENT EXECUTE FUNCTION public.refuses();
"""


def test_a_message_that_can_t_be_started_is_not_taken_from_who_cancels_it_meanwhile(desk: Desk) -> None:
    message = scheduled(desk)
    desk.conn.execute("UPDATE broadcasts SET scheduled_at = now() - interval '1 second'")
    desk.conn.execute(SLOWLY_REFUSING)

    try:
        with ThreadPoolExecutor(2) as threads:
            with desk.conn.transaction():
                desk.conn.execute("SELECT pg_advisory_xact_lock(77)")
                starting = threads.submit(elsewhere(start_due), BOT)
                desk.until_waiting(1)
                cancelling = threads.submit(elsewhere(controls.cancel), message, actor=None)
                desk.until_waiting(2)
            starting.result()
            cancelling.result()
    finally:
        desk.conn.execute("DROP FUNCTION public.refuses() CASCADE")

    assert state(desk, message)[0] == "cancelled"
