"""What can't be noted stops further claims: a worker that dies leaves few behind of whom nobody knows."""

import asyncio
from collections.abc import Iterator

import pytest

from hsl.broadcasts.sender import worker
from hsl.broadcasts.sender.outbox import Outbox
from hsl.broadcasts.sender.worker import Sender
from tests.broadcasts.sender.conftest import Desk, bot_at, fill
from tests.telegram.simulated import SimulatedTelegram

MOST, PEOPLE, RATE = 5, 80, 30.0
BUSY = """
CREATE SEQUENCE public.tries;
CREATE FUNCTION public.busy() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM nextval('public.tries');
  RAISE EXCEPTION 'another program has locked it' USING ERRCODE = 'lock_not_available';
END $$;
CREATE TRIGGER busy BEFORE UPDATE ON public.message_recipients
  FOR EACH ROW WHEN (NEW.delivery_status = 'sent') EXECUTE FUNCTION public.busy();
"""


@pytest.fixture
def busy(desk: Desk) -> Iterator[None]:
    """Nothing can be noted as sent."""
    desk.conn.execute(BUSY)
    yield
    desk.conn.execute("DROP FUNCTION IF EXISTS public.busy() CASCADE; DROP SEQUENCE public.tries")


@pytest.mark.usefixtures("busy")
def test_where_answers_can_t_be_noted_nothing_more_is_claimed(
    desk: Desk, telegram: SimulatedTelegram, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "UNSETTLED_MOST", MOST)
    desk.people(1, PEOPLE)
    message = desk.message()
    claimed = 0

    async def until(there: str) -> None:
        while not await asyncio.to_thread(desk.value, there):
            await asyncio.sleep(0.05)

    async def story() -> None:
        nonlocal claimed
        stop = asyncio.Event()
        sender = Sender(
            desk.store,
            lambda may_write: bot_at(telegram, connections=8, before_write=may_write),
            lambda store, sender: Outbox(store, sender, fill),
            dict,
            RATE,
        )
        running = asyncio.ensure_future(sender.run(stop))
        await until("SELECT last_value > 7 FROM public.tries")
        claimed = await asyncio.to_thread(
            desk.value, "SELECT count(*) FROM public.message_recipients WHERE delivery_status = 'sending'"
        )
        await asyncio.to_thread(desk.conn.execute, "DROP FUNCTION public.busy() CASCADE")
        await until("SELECT bool_and(delivery_status = 'sent') FROM public.message_recipients")
        stop.set()
        await running

    desk.do(story())
    assert MOST <= claimed <= PEOPLE // 2
    assert desk.statuses(message) == {"sent": PEOPLE}
