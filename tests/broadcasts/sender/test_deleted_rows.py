"""Another program, or a cascade, deletes recipients of a message on its way: it ends by the rows that are left."""

import pytest

from hsl.broadcasts import controls
from hsl.broadcasts.sender.outbox import Outbox
from hsl.broadcasts.sender.store import Claimed, Settlement
from hsl.broadcasts.statuses import Delivery
from tests.broadcasts.sender.conftest import Desk, fill


class Worker:
    """One worker's outbox, and who it has claimed, by person."""

    def __init__(self, desk: Desk) -> None:
        self.desk, self.outbox = desk, Outbox(desk.store, desk.workers[0], fill)
        self.claimed: dict[int, Claimed] = {}

    def claim(self, most: int = 100) -> None:
        """Claim as a worker does that comes by a second later."""
        self.desk.do(self.outbox.refresh())
        for message_id in self.outbox.ids():
            message = self.outbox.get(message_id)
            assert message is not None
            message.look_again_at = 0.0
        self.claimed |= {who.user_id: who for who in self.desk.do(self.outbox.claim(most, paid=False))}

    def settle(self, person: int, status: Delivery, wait: float = 0.0) -> None:
        """What became of a person's copy."""
        who = self.claimed[person]
        told = Settlement(who.recipient_id, who.message_id, who.token, status, wait=wait)
        self.desk.do(self.desk.store.settle([told]))

    def until_ended(self, message_id: int) -> None:
        """Come by, a few times, until the message has ended."""
        for _ in range(4):
            if self.desk.do(self.desk.store.progress(message_id, 0)):
                return
            self.claim()
        pytest.fail("the message never ends")


@pytest.fixture
def worker(desk: Desk) -> Worker:
    """Somebody who sends."""
    return Worker(desk)


def deleted(desk: Desk, *people: int) -> None:
    desk.conn.execute("DELETE FROM public.message_recipients WHERE user_id = ANY (%s)", [list(people)])


def told(desk: Desk, message_id: int) -> tuple[str, int, int]:
    found = desk.conn.execute(
        """SELECT b.status, h.total_recipients, h.successful_deliveries
           FROM broadcasts b JOIN public.message_history h ON h.id = b.message_id WHERE h.id = %s""",
        [message_id],
    ).fetchone()
    assert found
    return found


def test_who_was_pending_put_back_or_on_their_way_is_waited_for_no_more(desk: Desk, worker: Worker) -> None:
    desk.people(1, 6)
    message = desk.message()
    worker.claim(3)
    worker.settle(1, Delivery.SENT)
    worker.settle(2, Delivery.PENDING, wait=3600.0)

    deleted(desk, 2, 3, 4, 5, 6)
    worker.until_ended(message)

    assert told(desk, message) == ("sent", 1, 1)
    assert desk.do(desk.store.counts(message)) == {("sent", ""): 1}


def test_who_alone_was_put_back_for_later_is_waited_for_no_more(desk: Desk, worker: Worker) -> None:
    desk.people(1, 2)
    message = desk.message()
    worker.claim()
    worker.settle(1, Delivery.SENT)
    worker.settle(2, Delivery.PENDING, wait=3600.0)

    deleted(desk, 2)
    worker.until_ended(message)

    assert told(desk, message) == ("sent", 1, 1)


def test_what_another_program_says_became_of_somebody_is_believed(desk: Desk, worker: Worker) -> None:
    desk.people(1, 2)
    message = desk.message()
    worker.claim()
    worker.settle(1, Delivery.SENT)
    worker.settle(2, Delivery.PENDING, wait=3600.0)

    desk.conn.execute(
        "UPDATE public.message_recipients SET delivery_status = 'sent' WHERE delivery_status = 'pending'"
    )
    worker.until_ended(message)

    assert set(worker.claimed) == {1, 2}
    assert told(desk, message) == ("sent", 2, 2)


def test_who_had_got_it_is_counted_no_more(desk: Desk, worker: Worker) -> None:
    desk.people(1, 4)
    message = desk.message()
    worker.claim()
    for person in (1, 2, 3):
        worker.settle(person, Delivery.SENT)
    desk.do(desk.store.progress(message, 0))

    deleted(desk, 1, 2)
    worker.settle(4, Delivery.UNKNOWN)
    worker.until_ended(message)

    assert told(desk, message) == ("sent", 2, 1)
    assert desk.do(desk.store.counts(message)) == {("sent", ""): 1, ("unknown", ""): 1}


def test_of_a_paused_message_too_once_it_goes_on(desk: Desk, worker: Worker) -> None:
    desk.people(1, 3)
    message = desk.message()
    worker.claim(1)
    worker.settle(1, Delivery.FAILED)
    controls.pause(message, actor=None)
    deleted(desk, 2, 3)

    controls.resume(message, actor=None)
    worker.until_ended(message)

    assert told(desk, message) == ("sent", 1, 0)


def test_who_is_left_is_still_written_to(desk: Desk, worker: Worker) -> None:
    desk.people(1, 5)
    message = desk.message()
    worker.claim(2)
    worker.settle(1, Delivery.SENT)
    worker.settle(2, Delivery.SENT)

    deleted(desk, 1, 4)
    for _ in range(2):
        worker.claim()

    assert set(worker.claimed) == {1, 2, 3, 5}
    assert told(desk, message)[0] == "sending"
    for person in (3, 5):
        worker.settle(person, Delivery.SENT)
    worker.until_ended(message)
    assert told(desk, message) == ("sent", 3, 3)


def test_rows_that_another_program_adds_to_a_message_of_ours_are_neither_sent_nor_waited_for(
    desk: Desk, worker: Worker
) -> None:
    desk.people(1, 1)
    message = desk.message()
    desk.conn.execute("INSERT INTO public.message_recipients (message_id, user_id) VALUES (%s, 9)", [message])
    worker.claim()
    worker.settle(1, Delivery.SENT)

    worker.until_ended(message)

    assert set(worker.claimed) == {1}
    assert told(desk, message) == ("sent", 1, 1)
