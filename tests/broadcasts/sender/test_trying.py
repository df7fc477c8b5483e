"""The first recipients of a message are one worker's: whatever is wrong with it few meet, however many workers send."""

import asyncio

import pytest

from hsl.broadcasts.sender.outbox import UNPROVED_MOST, Outbox
from hsl.broadcasts.sender.store import Claimed, Settlement
from hsl.broadcasts.statuses import Delivery
from tests.broadcasts.sender.conftest import Desk, fill


def outboxes(desk: Desk) -> list[Outbox]:
    """Of two workers, both of whom know the messages that are on their way."""

    made = [Outbox(desk.store, worker, fill) for worker in desk.workers]
    for outbox in made:
        desk.do(outbox.refresh())
    return made


def claim(desk: Desk, outbox: Outbox, message_id: int) -> list[Claimed]:
    message = outbox.get(message_id)
    assert message is not None
    message.look_again_at = 0.0
    return desk.do(outbox.claim(100, paid=False))


def test_another_worker_joins_when_the_first_copy_is_known_to_have_arrived(desk: Desk) -> None:
    desk.people(1, 50)
    message = desk.message()
    one, other = outboxes(desk)

    (first, *more) = claim(desk, one, message)
    assert len(more) + 1 == UNPROVED_MOST
    assert claim(desk, other, message) == []

    told = Settlement(first.recipient_id, message, first.token, Delivery.SENT, telegram_message_id=1)
    desk.do(desk.store.settle([told]))
    desk.do(other.refresh())
    assert len(claim(desk, other, message)) == 50 - UNPROVED_MOST


def test_a_worker_that_comes_later_begins_from_what_is_proved(desk: Desk) -> None:
    desk.people(1, 50)
    message = desk.message()
    one, _ = outboxes(desk)
    (first, *_more) = claim(desk, one, message)
    told = Settlement(first.recipient_id, message, first.token, Delivery.SENT, telegram_message_id=1)
    desk.do(desk.store.settle([told]))

    _, later = outboxes(desk)

    assert len(claim(desk, later, message)) == 50 - UNPROVED_MOST


def test_another_takes_over_from_one_that_fell_silent(desk: Desk) -> None:
    desk.people(1, 50)
    message = desk.message()
    one, other = outboxes(desk)
    claim(desk, one, message)

    desk.conn.execute(
        "UPDATE senders SET beat_at = now() - interval '1 minute' WHERE id = %s", [desk.workers[0]]
    )

    assert len(claim(desk, other, message)) == UNPROVED_MOST


@pytest.mark.parametrize(
    ("outcome", "ago", "others"),
    [
        (Delivery.PENDING, 0, UNPROVED_MOST),
        (Delivery.UNKNOWN, 0, UNPROVED_MOST),
        (Delivery.FAILED, 0, 0),
        (Delivery.FAILED, 60, UNPROVED_MOST),
    ],
)
def test_one_whose_requests_come_to_nothing_holds_nobody_up(
    desk: Desk, outcome: Delivery, ago: int, others: int
) -> None:
    desk.people(1, 50)
    message = desk.message()
    one, other = outboxes(desk)
    told = [Settlement(who.recipient_id, message, who.token, outcome) for who in claim(desk, one, message)]
    desk.do(desk.store.settle(told))
    desk.conn.execute("UPDATE deliveries SET settled_at = settled_at - make_interval(secs => %s)", [ago])

    assert len(claim(desk, other, message)) == others


def test_of_two_at_once_one_begins(desk: Desk) -> None:
    desk.people(1, 50)
    live = desk.live(desk.message())

    async def at_once() -> list[list[Claimed] | None]:
        return await asyncio.gather(
            *(desk.store.claim_first(live, 0, UNPROVED_MOST, worker) for worker in desk.workers)
        )

    found = desk.do(at_once())
    assert sorted(-1 if each is None else len(each) for each in found) == [-1, UNPROVED_MOST]
