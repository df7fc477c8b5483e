"""Claiming recipients and settling what became of them, in the database."""

import psycopg

from hsl.broadcasts import controls
from hsl.broadcasts.content import Content
from hsl.broadcasts.sender.database import OPTIONS
from hsl.broadcasts.sender.outbox import Outbox
from hsl.broadcasts.sender.store import Claimed, Settlement
from hsl.broadcasts.statuses import Delivery
from hsl.connection import parameters
from hsl.projections.fold import fold
from tests.broadcasts.sender.conftest import Desk, fill


def settle(desk: Desk, who: Claimed, status: Delivery, **more: object) -> None:
    desk.do(desk.store.settle([Settlement(who.recipient_id, who.message_id, who.token, status, **more)]))  # type: ignore[arg-type] # by name


def claim(desk: Desk, message_id: int, most: int, *, mark: int = 0, worker: int = 0) -> list[Claimed]:
    return desk.do(desk.store.claim(desk.live(message_id), mark, most, desk.workers[worker]))


def test_each_recipient_is_claimed_once_going_forward(desk: Desk) -> None:
    desk.people(1, 10)
    message = desk.message()

    first = claim(desk, message, 4)
    second = claim(desk, message, 100, mark=first[-1].recipient_id, worker=1)

    assert [who.user_id for who in first + second] == list(range(1, 11))
    assert claim(desk, message, 100) == []
    assert desk.statuses(message) == {"sending": 10}


def test_a_claim_says_who_they_are(desk: Desk) -> None:
    desk.people(1, 1)
    (who,) = claim(desk, desk.message(), 5)

    assert (who.first_name, who.course_stream, who.gone, who.unreachable) == (
        "Имя 1",
        "3rd_stream",
        False,
        None,
    )
    assert who.chat_id == 1


def test_a_name_changed_since_the_start_is_the_one_they_are_called_by(desk: Desk) -> None:
    desk.people(1, 1)
    message = desk.message()
    desk.conn.execute("UPDATE public.bookings SET first_name = 'Новое'")

    fold(desk.conn)

    assert claim(desk, message, 5)[0].first_name == "Новое"


def test_who_left_the_facts_or_blocked_the_bot_meanwhile_is_told_apart(desk: Desk) -> None:

    desk.people(1, 3)
    message = desk.message()
    desk.conn.execute("DELETE FROM public.bookings WHERE user_id = 2")
    fold(desk.conn)
    desk.do(desk.store.note_unreachable([(3, "blocked")]))

    found = claim(desk, message, 5)

    assert [(who.user_id, who.gone, who.unreachable) for who in found] == [
        (1, False, None),
        (2, True, None),
        (3, False, "blocked"),
    ]


def test_who_left_the_facts_meanwhile_is_not_noted_as_unreachable(desk: Desk) -> None:
    desk.people(1, 2)
    desk.conn.execute("DELETE FROM public.bookings WHERE user_id = 1")
    fold(desk.conn)

    desk.do(desk.store.note_unreachable([(1, "blocked"), (2, "blocked")]))

    assert desk.conn.execute("SELECT user_id FROM unreachable").fetchall() == [(2,)]


def test_a_moved_chat_is_written_to_where_it_is(desk: Desk) -> None:
    desk.people(1, 1)
    message = desk.message()
    desk.do(desk.store.note_move(1, -100500))

    assert claim(desk, message, 1)[0].chat_id == -100500


def test_nothing_is_claimed_of_a_message_that_is_paused_or_cancelled(desk: Desk) -> None:
    desk.people(1, 5)
    message = desk.message()
    live = desk.live(message)
    claim(desk, message, 2)

    controls.pause(message, actor=None)
    assert desk.do(desk.store.claim(live, 0, 5, desk.workers[0])) == []
    controls.resume(message, actor=None)
    assert len(claim(desk, message, 1)) == 1
    controls.cancel(message, actor=None)
    assert desk.do(desk.store.claim(live, 0, 5, desk.workers[0])) == []
    assert desk.statuses(message) == {"sending": 3, "pending": 2}


def test_who_is_put_back_waits_their_time_and_no_claim_takes_them_sooner(desk: Desk) -> None:
    desk.people(1, 2)
    message = desk.message()
    (who, _other) = claim(desk, message, 2)

    settle(desk, who, Delivery.PENDING, reason="throttled", wait=3600.0)
    assert claim(desk, message, 5) == []
    desk.conn.execute("UPDATE deliveries SET not_before = now() WHERE recipient_id = %s", [who.recipient_id])

    (again,) = claim(desk, message, 5, mark=10**6)
    assert again.user_id == who.user_id
    assert again.token != who.token
    assert not again.ahead


def test_a_delivery_is_settled_by_the_token_of_its_claim_alone(desk: Desk) -> None:
    desk.people(1, 1)
    message = desk.message()
    (who,) = claim(desk, message, 1)
    settle(desk, who, Delivery.PENDING)
    (again,) = claim(desk, message, 1, worker=1)

    settle(desk, who, Delivery.FAILED, reason="blocked")
    assert desk.statuses(message) == {"sending": 1}
    settle(desk, again, Delivery.SENT, telegram_message_id=77)
    assert desk.statuses(message) == {"sent": 1}
    assert desk.value("SELECT telegram_message_id FROM public.message_recipients") == 77


def test_settled_twice_is_settled_once(desk: Desk) -> None:
    desk.people(1, 1)
    message = desk.message()
    (who,) = claim(desk, message, 1)

    for _ in range(2):
        settle(desk, who, Delivery.SENT, telegram_message_id=7)

    assert desk.do(desk.store.counts(message)) == {("sent", ""): 1}


def test_a_silent_workers_claims_become_unknown_and_a_late_hand_may_still_say_what_became(desk: Desk) -> None:
    desk.people(1, 3)
    message = desk.message()
    one, two, _three = claim(desk, message, 3)
    desk.conn.execute(
        "UPDATE senders SET beat_at = now() - interval '1 minute' WHERE id = %s", [desk.workers[0]]
    )

    assert desk.do(desk.store.sweep()) == 3
    assert desk.statuses(message) == {"unknown": 3}
    settle(desk, one, Delivery.SENT, telegram_message_id=1)
    settle(desk, two, Delivery.PENDING)

    assert desk.statuses(message) == {"sent": 1, "pending": 1, "unknown": 1}
    assert desk.do(desk.store.counts(message)) == {
        ("sent", ""): 1,
        ("pending", ""): 1,
        ("unknown", "sender_lost"): 1,
    }


def test_a_living_workers_claims_are_left_to_it(desk: Desk) -> None:
    desk.people(1, 3)
    message = desk.message()
    claim(desk, message, 3)

    assert desk.do(desk.store.sweep()) == 0
    assert desk.statuses(message) == {"sending": 3}


def test_a_message_is_sent_when_nobody_is_pending_or_on_their_way(desk: Desk) -> None:
    desk.people(1, 2)
    message = desk.message()
    one, two = claim(desk, message, 2)
    settle(desk, one, Delivery.SENT, telegram_message_id=1)

    assert not desk.do(desk.store.progress(message, 0))
    assert desk.value("SELECT status FROM broadcasts WHERE message_id = %s", message) == "sending"
    settle(desk, two, Delivery.FAILED, reason="blocked")
    assert desk.do(desk.store.progress(message, 0))

    assert desk.value("SELECT status FROM broadcasts WHERE message_id = %s", message) == "sent"
    assert desk.value("SELECT successful_deliveries FROM public.message_history WHERE id = %s", message) == 1
    assert desk.value("SELECT total_recipients FROM public.message_history WHERE id = %s", message) == 2


def test_counts_are_added_together_without_a_change_to_what_they_say(desk: Desk) -> None:
    desk.people(1, 120)
    message = desk.message()
    for who in claim(desk, message, 120):
        settle(desk, who, Delivery.SENT, telegram_message_id=1)
    before = desk.do(desk.store.counts(message))

    desk.do(desk.store.progress(message, 0))

    assert desk.do(desk.store.counts(message)) == before == {("sent", ""): 120}
    assert desk.value("SELECT count(*) FROM delivery_counts WHERE message_id = %s", message) < 120


def test_who_was_passed_by_the_mark_is_found(desk: Desk) -> None:
    desk.people(1, 5)
    message = desk.message()
    first = claim(desk, message, 2)
    settle(desk, first[0], Delivery.SENT)

    assert desk.do(desk.store.behind(message))
    claim(desk, message, 5)
    assert not desk.do(desk.store.behind(message))


def test_who_does_something_after_they_blocked_the_bot_is_reachable_again(desk: Desk) -> None:

    desk.people(1, 3)
    desk.do(desk.store.note_unreachable([(1, "blocked"), (2, "blocked"), (3, "blocked")]))
    desk.conn.execute(
        """INSERT INTO public.events (user_id, event_type, created_at)
           VALUES (1, 'start_command', now() + interval '1 minute'),
                  (2, 'free_lesson_reminder_sent', now() + interval '1 minute'),
                  (2, 'payment_approved', now() + interval '1 minute')"""
    )
    fold(desk.conn)

    desk.do(desk.store.note_returned())

    left = desk.conn.execute("SELECT user_id FROM unreachable ORDER BY 1").fetchall()
    assert left == [(2,), (3,)]


def test_who_is_put_back_by_a_late_hand_reopens_a_message_that_had_ended(desk: Desk) -> None:
    desk.people(1, 2)
    message = desk.message()
    one, two = claim(desk, message, 2)
    settle(desk, one, Delivery.SENT, telegram_message_id=1)
    desk.conn.execute("UPDATE senders SET beat_at = now() - interval '1 minute'")
    desk.do(desk.store.sweep())
    assert desk.do(desk.store.progress(message, 0))

    settle(desk, two, Delivery.PENDING)

    assert desk.value("SELECT status FROM broadcasts WHERE message_id = %s", message) == "sending"
    assert claim(desk, message, 5)[0].user_id == two.user_id


def test_what_died_long_ago_is_given_up_by_the_next_worker(desk: Desk) -> None:
    desk.people(1, 2)
    message = desk.message()
    claim(desk, message, 2)
    controls.cancel(message, actor=None)
    desk.conn.execute("UPDATE senders SET beat_at = now() - interval '5 days'")
    desk.conn.execute("UPDATE broadcasts SET updated_at = now() - interval '5 days'")

    assert desk.do(desk.store.sweep(days=10)) == 2
    assert desk.statuses(message) == {"unknown": 2}


def test_the_counter_of_a_message_that_nobody_watches_any_more_is_found_behind(desk: Desk) -> None:
    desk.people(1, 2)
    message = desk.message()
    one, _two = claim(desk, message, 2)
    controls.cancel(message, actor=None)
    settle(desk, one, Delivery.SENT, telegram_message_id=1)

    assert desk.do(desk.store.behindhand()) == {message}
    desk.do(desk.store.progress(message, 0))
    assert desk.do(desk.store.behindhand()) == set()


def test_another_programs_recipients_between_ours_are_never_claimed(desk: Desk) -> None:
    desk.people(1, 4)
    message = desk.message()
    desk.conn.execute("UPDATE public.message_recipients SET id = id + 10 WHERE user_id > 2")
    desk.conn.execute("UPDATE broadcasts SET last_recipient = last_recipient + 10")
    desk.conn.execute(
        """WITH theirs AS (INSERT INTO public.message_history (message_text) VALUES ('Их') RETURNING id)
           INSERT INTO public.message_recipients (id, message_id, user_id) SELECT 3, id, 999 FROM theirs"""
    )

    assert [who.user_id for who in claim(desk, message, 100)] == [1, 2, 3, 4]
    assert (
        desk.value("SELECT delivery_status FROM public.message_recipients WHERE user_id = 999") == "pending"
    )


def test_a_message_paused_with_nobody_left_has_ended_and_is_paused_again_where_somebody_is_put_back(
    desk: Desk,
) -> None:
    desk.people(1, 2)
    message = desk.message()
    one, two = claim(desk, message, 2)
    controls.pause(message, actor=None)

    settle(desk, one, Delivery.SENT, telegram_message_id=1)
    assert not desk.do(desk.store.progress(message, 0))
    assert desk.value("SELECT status FROM broadcasts") == "paused"
    settle(desk, two, Delivery.UNKNOWN, reason="timeout")
    assert desk.do(desk.store.progress(message, 0))
    assert desk.value("SELECT status FROM broadcasts WHERE finished_at IS NOT NULL") == "sent"

    settle(desk, two, Delivery.PENDING)
    assert desk.value("SELECT status FROM broadcasts WHERE finished_at IS NULL") == "paused"


def test_a_message_that_reached_none_of_its_people_is_asked_about_before_it_ends(desk: Desk) -> None:
    desk.people(1, 1)
    message = desk.message()
    (who,) = claim(desk, message, 1)
    desk.do(desk.store.pause([message], "all_unreachable", ""))

    settle(desk, who, Delivery.FAILED, reason="blocked")
    desk.do(desk.store.progress(message, 0))
    assert desk.value("SELECT status FROM broadcasts") == "paused"
    controls.resume(message, actor=None)
    desk.do(desk.store.progress(message, 0))
    assert desk.value("SELECT status FROM broadcasts") == "sent"


def test_a_paused_message_whose_last_were_given_up_ends(desk: Desk) -> None:
    desk.people(1, 2)
    message = desk.message()
    claim(desk, message, 2)
    controls.pause(message, actor=None)
    assert desk.do(desk.store.behindhand()) == set()

    desk.conn.execute("UPDATE senders SET beat_at = now() - interval '1 minute'")
    desk.do(desk.store.sweep())
    for behindhand in desk.do(desk.store.behindhand()):
        desk.do(desk.store.progress(behindhand, 0))

    assert desk.value("SELECT status FROM broadcasts WHERE message_id = %s", message) == "sent"
    assert desk.do(desk.store.behindhand()) == set()


def test_who_was_passed_is_looked_for_from_the_messages_first_recipient(desk: Desk) -> None:
    desk.people(1, 5)
    earlier, message = desk.message(), desk.message()
    controls.cancel(earlier, actor=None)
    outbox = Outbox(desk.store, desk.workers[0], fill)
    desk.do(outbox.refresh())
    for who in desk.do(outbox.claim(100, paid=False)):
        settle(desk, who, Delivery.FAILED, reason="blocked")
    outgoing = outbox.get(message)
    assert outgoing is not None
    controls.retry_failed(message, actor=None)
    outgoing.look_again_at = 0.0

    assert desk.do(outbox.claim(100, paid=False)) == []
    first = desk.value("SELECT min(id) FROM public.message_recipients WHERE message_id = %s", message)
    assert outgoing.mark == first - 1
    outgoing.look_again_at = 0.0
    assert len(desk.do(outbox.claim(100, paid=False))) == 5


def test_what_another_program_deletes_of_ours_ends_and_goes_out_to_nobody_more(desk: Desk) -> None:
    desk.people(1, 2)
    deleted, kept = desk.message(), desk.message()
    claim(desk, deleted, 1)
    desk.conn.execute("DELETE FROM public.message_history WHERE id = %s", [deleted])

    desk.do(desk.store.end_deserted())

    assert [one.message_id for one in desk.do(desk.store.live())] == [kept]
    assert desk.value("SELECT status FROM broadcasts WHERE message_id = %s", deleted) == "cancelled"


def test_a_worker_that_has_not_read_an_edit_yet_claims_nobody_for_the_former_text(desk: Desk) -> None:
    desk.people(1, 3)
    message = desk.message()
    (who, *_) = claim(desk, message, 1)
    settle(desk, who, Delivery.SENT, telegram_message_id=1)
    stale = desk.live(message)
    controls.pause(message, actor=None)
    controls.edit(message, Content("Иначе"), actor=None)
    controls.resume(message, actor=None)

    assert desk.do(desk.store.claim(stale, 0, 5, desk.workers[0])) == []
    assert len(claim(desk, message, 5)) == 2


def test_who_waited_for_a_lock_sees_what_its_holder_did_whatever_the_server_s_default(desk: Desk) -> None:
    async def isolation() -> object:
        params = parameters("hsl sender", rf"-c default_transaction_isolation=serializable {OPTIONS}")
        async with await psycopg.AsyncConnection.connect(**params) as conn:
            return await (await conn.execute("SHOW transaction_isolation")).fetchone()

    assert desk.do(isolation()) == ("read committed",)
