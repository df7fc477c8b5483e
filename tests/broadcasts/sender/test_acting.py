"""Editing and recalling: what belongs to one act is never done under another's name."""

import time

from hsl.broadcasts import controls, queries
from hsl.broadcasts.content import Content
from hsl.broadcasts.filling import Filler
from hsl.broadcasts.sender.acting import Acting
from hsl.broadcasts.sender.pacing import Pace
from hsl.broadcasts.sender.store import Settlement
from hsl.broadcasts.statuses import Delivery
from hsl.telegram.client import Telegram
from hsl.telegram.outcomes import Outcome, Wait
from tests.broadcasts.sender.conftest import BOT, Desk
from tests.telegram.simulated import SimulatedTelegram


async def fill(_message_id: int, content: Content) -> Filler:
    return Filler(content, None, None)


def sent(desk: Desk, people: int = 10) -> int:
    """A message that everybody got, who are at most so many."""
    message = desk.message()
    claimed = desk.do(desk.store.claim(desk.live(message), 0, people, desk.workers[0]))
    desk.do(
        desk.store.settle(
            [
                Settlement(who.recipient_id, message, who.token, Delivery.SENT, telegram_message_id=7)
                for who in claimed
            ]
        )
    )
    desk.do(desk.store.progress(message, 0))
    return message


def test_a_row_taken_before_its_act_was_stopped_is_not_done_under_the_next(
    desk: Desk, telegram: SimulatedTelegram
) -> None:
    desk.people(1, 3)
    edited, recalled = sent(desk), sent(desk)
    stopped = controls.edit(edited, Content("Иначе"), actor=None)
    acting = Acting(desk.store, desk.workers[0], Pace(100), fill, dict)
    desk.do(acting.watch())
    act = acting.act
    assert act is not None
    (row, *_others) = desk.do(acting.take(act, 3))
    controls.stop_act(edited, stopped, actor=None)
    recall = controls.recall(recalled, actor=None)
    desk.do(acting.watch())
    assert acting.act is not None
    assert acting.act.id == recall

    async def do() -> Outcome:
        async with Telegram(f"{BOT}:{'a' * 35}", api_url=telegram.url, connections=1, timeout=10) as bot:
            return await acting.do(act, row, time.monotonic(), bot)

    assert desk.do(do()) == Wait(0.0, "lease")
    assert telegram.counts()["requests"] == {}
    desk.do(acting.watch())
    assert desk.value("SELECT count(*) FROM message_act_rows WHERE state <> 'wanted'") == 0


def test_an_acts_progress_is_counted_as_it_is_noted_and_is_that_of_its_rows(
    desk: Desk, telegram: SimulatedTelegram
) -> None:
    desk.people(1, 70)
    message = sent(desk, 70)
    controls.edit(message, Content("Иначе"), actor=None)
    telegram.people(blocked=[3, 5], deactivated=[7])
    pace = Pace(1000)
    acting = Acting(desk.store, desk.workers[0], pace, fill, dict)
    desk.do(acting.watch())
    act = acting.act
    assert act is not None
    (before,) = queries.acts(message)
    assert (before.wanted, before.done, before.refused) == (70, 0, {})

    def write() -> bool:
        pace.pacer.written()
        return True

    async def all_of_it() -> None:
        async with Telegram(
            f"{BOT}:{'a' * 35}", api_url=telegram.url, connections=1, timeout=10, before_write=write
        ) as bot:
            while rows := await acting.take(act, 1):
                await acting.do(act, rows[0], time.monotonic(), bot)
                await acting.settle()
            await acting.settle()

    desk.do(all_of_it())
    counted = "SELECT count(*) FROM act_counts"
    assert desk.value(counted) > 50
    desk.do(acting.watch())
    (now,) = queries.acts(message)
    rows: dict[str, int] = dict(
        desk.conn.execute("SELECT state, count(*)::integer FROM message_act_rows GROUP BY 1").fetchall()
    )
    assert rows == {"done": 67, "refused": 3}
    assert (now.wanted, now.done, sum(now.refused.values())) == (0, 67, 3)
    assert desk.value(counted) < 10
