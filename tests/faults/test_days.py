"""Whatever breaks while a broadcast goes out: nobody is lost, nobody gets it twice, what can't be known is counted."""

import signal
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest

from hsl.broadcasts import controls
from hsl.broadcasts.sender.outbox import UNPROVED_MOST
from hsl.broadcasts.starting import start
from hsl.school.refusals import ConflictError
from tests.elsewhere import elsewhere
from tests.faults.room import Room
from tests.waiting import until

IN_FLIGHT = 60
"""Of a worker at this rate: what is claimed for a fifth of a second, and what has not been settled yet."""


def test_workers_killed_again_and_again(room: Room) -> None:
    room.people(300)
    message = room.send()
    kills = 0
    for sent in (20, 80, 140):
        worker = room.worker()
        room.until_sent(message, sent)
        room.kill(worker)
        kills += 1
    room.worker()
    room.until_over(message)

    rows = room.check(message, unknown_at_most=kills * IN_FLIGHT)
    assert rows["sent"] >= 300 - kills * IN_FLIGHT


def test_a_worker_told_to_stop_finishes_what_is_in_flight(room: Room) -> None:
    room.people(300)
    room.telegram.set(latency=0.2)
    message = room.send()
    first = room.worker()
    room.until_sent(message, 30)
    first.terminate()
    assert first.wait(30) == 0

    assert not room.rows(message)["sending"]
    assert room.check(message, unknown_at_most=0)["pending"] > 0
    room.worker()
    room.until_over(message)
    assert room.check(message, unknown_at_most=0)["sent"] == 300


def test_two_workers_on_a_bad_day_at_telegrams(room: Room) -> None:
    room.people(300)
    room.telegram.people(blocked=[7, 70], deactivated=[77])
    room.telegram.faults(
        {"kind": "drop", "rate": 0.02, "times": 2},
        {"kind": "drop", "accepted": True, "rate": 0.02, "times": 2},
        {"kind": "error", "status": 502, "accepted": True, "rate": 0.02, "times": 2},
        {"kind": "error", "status": 500, "rate": 0.02, "times": 1},
        {"kind": "throttle", "seconds": 1, "rate": 0.02, "times": 1},
        {"kind": "unreadable", "rate": 0.02, "times": 1},
    )
    message = room.send()
    room.worker()
    room.worker()
    room.until_over(message)

    rows = room.check(message, unknown_at_most=8)
    assert rows["failed"] == 3
    assert rows["sent"] >= 300 - 3 - 8
    assert room.value("SELECT count(*) FROM unreachable") == 3


def test_telegram_falls_silent_and_comes_back(room: Room) -> None:
    room.people(300)
    message = room.send()
    room.worker()
    room.until_sent(message, 50)
    room.telegram_falls_silent()
    until(lambda: bool(room.value("SELECT probing_since IS NOT NULL FROM bots")), "claims stopped")
    room.telegram_comes_back()
    room.until_over(message)

    room.check(message, unknown_at_most=IN_FLIGHT)


def test_a_worker_that_was_frozen_past_its_heartbeats_age(room: Room) -> None:
    """To whom it had not written yet when it froze it never writes again: an operator has them sent to by another. It
    still says what became of those to whom it had."""
    room.people(200)
    room.telegram.set(latency=0.1)
    one, two = room.send("Одно"), room.send("Другое")
    for message in (one, two):
        start(message)  # both before anybody sends: who got the one waits a second for the other
    frozen = room.worker()
    until(lambda: room.rows(two)["sending"] > 8, "many wait for their chat's second")
    frozen.send_signal(signal.SIGSTOP)
    room.worker()
    until(lambda: bool(room.rows(one)["unknown"] and room.rows(two)["unknown"]), "it is given up")
    of_two = room.conn.execute(
        "SELECT user_id FROM public.message_recipients WHERE message_id = %s AND delivery_status = 'unknown'",
        [two],
    )
    unwritten = {user_id for (user_id,) in of_two} - room.received("Другое").keys()
    until(lambda: resent(two), "an operator has them sent to again")
    room.until_over(two)
    frozen.send_signal(signal.SIGCONT)
    until(lambda: not room.rows(one)["unknown"], "it says what became of the others after all")
    room.until_over(one)

    received = room.received("Другое")
    assert unwritten
    assert {received[user_id] for user_id in unwritten} == {1}
    assert room.check(one, unknown_at_most=0)["sent"] == 200


def resent(message_id: int) -> bool:
    try:
        return controls.resend_unknown(message_id, actor=None).too_fresh == 0
    except ConflictError:
        return False


def test_pause_resume_and_cancel_from_two_windows_at_once(room: Room) -> None:
    room.people(600)
    message = room.send()
    room.worker()
    room.until_sent(message, 30)

    @elsewhere
    def click(act: str) -> None:
        with suppress(ConflictError):
            getattr(controls, act)(message, actor=None)

    with ThreadPoolExecutor(2) as windows:
        list(windows.map(click, ["pause", "pause", "resume", "pause", "resume", "resume"] * 5))
    controls.pause(message, actor=None)
    until(lambda: not room.rows(message)["sending"], "what was on its way has landed")
    still = room.rows(message)
    controls.resume(message, actor=None)
    room.until_sent(message, still["sent"] + 30)
    with ThreadPoolExecutor(2) as windows:
        list(windows.map(click, ["cancel", "cancel", "pause", "resume"]))
    until(lambda: not room.rows(message)["sending"], "what was on its way has landed")
    until(
        lambda: (
            room.value("SELECT successful_deliveries FROM public.message_history")
            == room.rows(message)["sent"]
        ),
        "the specification's counter",
    )

    assert room.status(message) == "cancelled"
    rows = room.check(message, unknown_at_most=0)
    assert rows["pending"] > 0


def test_people_erased_renamed_or_gone_before_their_turn(room: Room) -> None:
    room.people(200)
    message = room.send("Здравствуй, {first_name|друг}!")
    room.telegram.set(latency=0.05)
    room.telegram.people(blocked=[199])
    worker = room.worker()
    room.until_sent(message, 1)
    controls.pause(message, actor=None)
    room.conn.execute("DELETE FROM public.bookings WHERE user_id = 198")
    room.conn.execute("UPDATE public.bookings SET first_name = '<b>Новое' WHERE user_id = 200")
    room.conn.execute("INSERT INTO unreachable VALUES (DEFAULT, 7000000001, 197, now(), 'blocked')")
    until(lambda: room.value("SELECT count(*) FROM user_cache WHERE user_id = 198") == 0, "the fold")
    controls.resume(message, actor=None)
    room.until_over(message)
    worker.terminate()

    rows = room.check(message, unknown_at_most=0)
    assert rows == {"sent": 197, "failed": 3}
    assert room.telegram.texts(200) == ["Здравствуй, <b>Новое!"]
    assert room.telegram.texts(198) == []
    assert room.telegram.texts(197) == []


@pytest.mark.parametrize("wrong", ["everybody", "nobody_reached"])
def test_a_message_that_nobody_can_get_stops_by_itself(room: Room, wrong: str) -> None:
    room.people(300)
    if wrong == "nobody_reached":
        room.telegram.people(not_found=list(range(1, 301)))
    else:
        room.telegram.set(latency=0.05)
    message = room.send("Привет!")
    if wrong == "everybody":
        room.conn.execute("UPDATE broadcasts SET content = jsonb_set(content, '{text}', '\"<p>\"')")
    room.worker()
    until(lambda: room.status(message) == "paused", "it is paused")
    until(lambda: not room.rows(message)["sending"], "nothing is on its way")

    assert room.rows(message)["failed"] <= UNPROVED_MOST
