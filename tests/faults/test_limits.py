"""What Telegram asks for is kept: who waits, who goes first, how often one person is written to; what a bot can't."""

from itertools import groupby, pairwise

from hsl.broadcasts import controls, uploads
from hsl.broadcasts.content import Content, MediaRef
from hsl.broadcasts.spending import allow_paid
from tests.faults.room import Room
from tests.telegram.simulated import TOKEN
from tests.waiting import until

BOT = int(TOKEN.partition(":")[0])
PNG = b"\x89PNG\r\n\x1a\n" + bytes(200_000)


def test_a_429_of_the_bot_holds_it_also_when_its_worker_is_killed(room: Room) -> None:
    room.people(120)
    message = room.send()
    first = room.worker()
    room.until_sent(message, 20)
    room.telegram.faults({"kind": "throttle", "seconds": 4, "times": 1})
    until(lambda: bool(room.value("SELECT held_until > now() FROM bots")), "the bot is held")
    room.kill(first)
    room.worker()
    held_until = room.value("SELECT extract(epoch FROM held_until)::float FROM bots")
    room.until_over(message)

    room.check(message, unknown_at_most=60)
    times = [received["at"] for received in room.telegram.received()]
    assert [at for at in times if held_until - 3 < at < held_until] == []
    assert max(times) > held_until


def test_a_refused_token_pauses_everything_until_it_is_mended(room: Room) -> None:
    room.rate = (
        100  # six seconds of sending: neither is over before the token is refused, on a slow machine too
    )
    room.people(300)
    room.telegram.set(latency=0.05)
    one, other = room.send("Одно"), room.send("Другое")
    room.worker()
    room.until_sent(one, 10)
    room.telegram.set(revoked_bots=[BOT])
    until(lambda: {room.status(one), room.status(other)} == {"paused"}, "both are paused")
    until(lambda: not (room.rows(one) + room.rows(other))["sending"], "nothing is on its way")
    assert not (room.rows(one) + room.rows(other))["failed"]
    assert room.value("SELECT DISTINCT paused_reason FROM broadcasts") == "token"

    room.telegram.set(revoked_bots=[])
    for message in (one, other):
        controls.resume(message, actor=None)
    for message in (one, other):
        room.until_over(message)
        assert room.check(message, unknown_at_most=0)["sent"] == 300


def test_one_person_is_written_to_ahead_of_a_broadcast_and_nobody_twice_in_a_second(room: Room) -> None:
    room.rate = 60
    room.people(150)
    room.telegram.people(migrated={"90": -1000090})
    many, others = room.send("Всем"), room.send("И ещё всем")
    room.worker()
    room.until_sent(many, 10)
    single = room.send("Лично", 90)
    room.until_over(single)
    assert (room.rows(many) + room.rows(others))["pending"] > 0
    for message in (many, others):
        room.until_over(message)

    by_chat: dict[int, list[float]] = {}
    for received in room.telegram.received():
        by_chat.setdefault(received["chat_id"], []).append(received["at"])
    assert len(by_chat[-1000090]) == 3
    assert {len(times) for chat, times in by_chat.items() if chat > 0} == {2}
    gaps = [later - first for times in by_chat.values() for first, later in pairwise(times)]
    assert min(gaps) > 0.5, (
        "they are sent 1.05 s apart; the two broadcasts pass one person within a tenth of one"
    )
    assert room.value("SELECT chat_id FROM chat_moves WHERE user_id = 90") == -1000090


def test_only_what_is_paid_for_goes_faster_than_the_free_rate(room: Room) -> None:
    # Thrice the free rate and four times the paid one: a busy machine's stall of 0.4 s squeezes what comes after it.
    room.telegram.set(bot_per_second=90, paid_per_second=4 * room.rate)
    paid_for, others = range(1, 201), range(201, 261)
    room.people(260)
    paid = room.send("За звёзды", *paid_for)
    free = room.send_content(Content("Бесплатно"), *others)
    room.worker()
    room.worker()
    for message in (paid, free):
        room.until_over(message)

    received = room.telegram.received()
    assert {message["chat_id"]: message["paid"] for message in received} == (
        dict.fromkeys(paid_for, True) | dict.fromkeys(others, False)
    )
    assert room.telegram.counts()["throttled"] == 0, "no free one came too soon after those that are paid for"
    times = [message["at"] for message in received if message["paid"]]
    assert min(later - first for first, later in zip(times, times[60:], strict=False)) < 1


def test_what_is_paid_for_and_what_is_not_take_turns_while_there_is_enough_of_both(room: Room) -> None:
    room.rate = 200
    room.people(2000)
    # Half of what is paid for in a second: a free one is refused that comes less than half a second after those. A
    # busy machine's stall of 0.4 s, which squeezes what comes after it, goes unpunished.
    room.telegram.set(bot_per_second=100, paid_per_second=4 * room.rate)
    paid = room.send("За звёзды", *range(1, 1801))
    free = room.send_content(Content("Бесплатно"), *range(1801, 2001))
    room.worker()
    for message in (paid, free):
        room.until_over(message)

    received = sorted(room.telegram.received(), key=lambda message: message["at"])
    stretches = [(kind, len(list(each))) for kind, each in groupby(one["paid"] for one in received)]
    assert max(length for kind, length in stretches if kind) < 1700, stretches
    assert max(length for kind, length in stretches[:-1] if not kind) < 190, stretches
    assert room.telegram.counts()["throttled"] == 0


def test_who_resumes_at_once_a_message_that_reached_nobody_has_it_sent_to_the_others(room: Room) -> None:
    room.people(60)
    room.telegram.people(blocked=list(range(1, 21)))
    message = room.send()
    room.worker()
    until(lambda: room.status(message) == "paused", "nobody of the first is reached")
    controls.resume(message, actor=None)
    room.until_over(message)

    assert room.check(message, unknown_at_most=0) == {"failed": 20, "sent": 40}


def test_without_the_owner_s_word_nothing_is_paid_for(room: Room) -> None:
    room.people(90)
    room.telegram.set(bot_per_second=60)  # twice the free rate, so that a busy machine's stalls go unpunished
    allow_paid(False, actor=None)
    message = room.send()
    room.worker()
    room.until_over(message)

    assert {received["paid"] for received in room.telegram.received()} == {False}
    assert room.telegram.counts()["throttled"] == 0


def test_a_file_goes_to_telegram_once_whoever_sends(room: Room) -> None:
    room.people(120)
    room.telegram.people(blocked=[1])
    room.telegram.set(latency=0.05)
    upload = uploads.keep("photo", "фото.png", PNG)
    message = room.send_content(Content("С фото", MediaRef("photo", upload=upload.pk)))
    room.worker()
    room.worker()
    room.until_over(message)

    rows = room.check(message, unknown_at_most=0)
    assert rows == {"sent": 119, "failed": 1}
    assert {received["media"]["file_id"] for received in room.telegram.received()} == {
        uploads.file_id(upload.pk, BOT)
    }


def test_a_message_whose_file_is_gone_pauses(room: Room) -> None:
    room.people(5)
    upload = uploads.keep("photo", "фото.png", PNG)
    message = room.send_content(Content("С фото", MediaRef("photo", upload=upload.pk)))
    room.conn.execute("DELETE FROM uploads")
    room.worker()
    until(lambda: room.status(message) == "paused", "it is paused")

    assert room.value("SELECT paused_reason FROM broadcasts") == "file"
    until(lambda: room.rows(message) == {"pending": 5}, "nobody failed")
