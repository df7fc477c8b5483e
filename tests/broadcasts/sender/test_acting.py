"""Editing and recalling: what belongs to one act is never done under another's name."""

import time

from hsl.broadcasts import controls
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


def sent(desk: Desk) -> int:
    """A message that everybody got."""
    message = desk.message()
    claimed = desk.do(desk.store.claim(desk.live(message), 0, 10, desk.workers[0]))
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
