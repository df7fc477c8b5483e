"""What the database refuses to keep of one recipient holds up nobody else, and nobody is written to twice for it."""

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
from psycopg_pool import AsyncConnectionPool

from hsl.broadcasts.sender.settling import Settling
from hsl.broadcasts.sender.store import Claimed, Settlement, Store
from hsl.broadcasts.statuses import UNNOTED, Delivery
from tests.broadcasts.sender.conftest import BOT, Desk

REFUSING = """
CREATE FUNCTION public.refuses() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.user_id = 3 AND NEW.delivery_status = ANY (TG_ARGV[0]::text[]) THEN RAISE EXCEPTION 'not this one'; END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER refuses BEFORE UPDATE ON public.message_recipients
  FOR EACH ROW EXECUTE FUNCTION public.refuses('{sent,unknown}');
"""


@pytest.fixture
def refusing(desk: Desk) -> Iterator[None]:
    """A rule of the bot's own: person 3 can be neither sent nor unknown."""
    desk.conn.execute(REFUSING)
    yield
    desk.conn.execute("DROP FUNCTION IF EXISTS public.refuses() CASCADE")


def sent(who: Claimed, **more: Any) -> Settlement:
    told: dict[str, Any] = {"status": Delivery.SENT, "telegram_message_id": 7} | more
    return Settlement(who.recipient_id, who.message_id, who.token, **told)


def claimed(desk: Desk, people: int) -> tuple[int, list[Claimed]]:
    desk.people(1, people)
    message = desk.message()
    return message, desk.do(desk.store.claim(desk.live(message), 0, people, desk.workers[0]))


def noted(desk: Desk, people: int) -> tuple[int, Settling]:
    """A message that so many people got, all of which was told as far as the database takes it."""
    message, everybody = claimed(desk, people)
    settling = Settling(desk.store)
    for who in everybody:
        settling.add(sent(who))
    desk.do(settling.drain(10))
    return message, settling


@pytest.mark.parametrize("bad", [{"telegram_message_id": 2**40}, {"words": "a\0"}])
def test_what_is_refused_of_one_is_unknown_and_all_others_are_noted(desk: Desk, bad: dict[str, Any]) -> None:
    message, people = claimed(desk, 9)
    settling = Settling(desk.store)
    for who in people:
        settling.add(sent(who, **(bad if who.user_id == 3 else {})))

    running = settling.run()
    desk.do(_for_a_while(running, lambda: desk.statuses(message).get("sent") == 8))
    assert desk.statuses(message) == {"sent": 8, "sending": 1}
    refused = next(who for who in people if who.user_id == 3)
    assert settling.keys() == {(refused.recipient_id, refused.token)}, (
        "remembered, so not taken for never begun"
    )

    desk.do(settling.retry())
    assert desk.statuses(message) == {"sent": 8, "unknown": 1}
    assert desk.do(desk.store.counts(message)) == {("sent", ""): 8, ("unknown", UNNOTED): 1}
    assert not settling.keys()


async def _for_a_while(running: Any, there: Any) -> None:
    task = asyncio.ensure_future(running)
    for _ in range(100):
        await asyncio.sleep(0.05)
        if there() or task.done():
            break
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


def test_what_can_t_even_be_unknown_waits_for_who_sweeps_after_us(desk: Desk, refusing: None) -> None:
    message, settling = noted(desk, 5)

    assert desk.statuses(message) == {"sent": 4, "sending": 1}
    assert len(settling.keys()) == 1

    desk.conn.execute("DROP TRIGGER refuses ON public.message_recipients")
    desk.conn.execute("UPDATE senders SET beat_at = now() - interval '1 minute'")
    desk.do(desk.store.sweep())
    assert desk.statuses(message) == {"sent": 4, "unknown": 1}


def test_what_was_refused_for_a_while_is_noted_as_it_was(desk: Desk, refusing: None) -> None:
    message, settling = noted(desk, 5)

    desk.conn.execute("DROP TRIGGER refuses ON public.message_recipients")
    desk.do(settling.retry())
    assert desk.statuses(message) == {"sent": 5}


def test_a_database_that_stays_away_is_not_waited_for(desk: Desk) -> None:
    _message, people = claimed(desk, 2)

    async def drained() -> int:
        nowhere: AsyncConnectionPool[Any] = AsyncConnectionPool(
            "host=127.0.0.1 port=1 connect_timeout=1", min_size=0, max_size=1, timeout=60, open=False
        )
        async with nowhere:
            settling = Settling(Store(nowhere, BOT))
            settling.add(sent(people[0]))
            await settling.drain(0.3)
            return len(settling.keys())

    assert desk.do(asyncio.wait_for(drained(), 10)) == 1


def test_what_was_set_aside_is_told_by_two_at_once_as_by_one(desk: Desk, refusing: None) -> None:
    _message, settling = noted(desk, 5)
    desk.conn.execute("DROP TRIGGER refuses ON public.message_recipients")

    async def both() -> None:
        await asyncio.gather(settling.retry(), settling.retry())

    desk.do(both())

    assert not settling.keys()
