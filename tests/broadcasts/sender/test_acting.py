"""Editing and recalling: what belongs to one act is never done under another's name."""

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import pytest

from hsl.broadcasts import controls, queries, services
from hsl.broadcasts.content import Content
from hsl.broadcasts.sender.acting import MERGE, SETTLE, Act, Acting, ActRow
from hsl.broadcasts.sender.pacing import Pace
from hsl.broadcasts.sender.store import Settlement
from hsl.broadcasts.statuses import Delivery
from hsl.school.refusals import ConflictError
from hsl.telegram.outcomes import Outcome, Wait
from tests.broadcasts.sender.conftest import Desk, bot_at, fill
from tests.elsewhere import elsewhere
from tests.telegram.simulated import SimulatedTelegram


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


def at_an_act(desk: Desk, pace: Pace) -> tuple[Acting, Act]:
    """A worker that has found what there is to edit or recall, and the act it found."""
    acting = Acting(desk.store, desk.workers[0], pace, fill, dict)
    desk.do(acting.watch())
    assert acting.act is not None
    return acting, acting.act


class Editing(NamedTuple):
    """A worker that has taken the first of a message's copies, to edit it, and has not done so yet."""

    acting: Acting
    act: Act
    row: ActRow


def editing(desk: Desk, message_id: int) -> Editing:
    """The message is edited, and a worker has begun."""
    controls.edit(message_id, Content("Иначе"), actor=None)
    acting, act = at_an_act(desk, Pace(100))
    (row, *_others) = desk.do(acting.take(act, 3))
    return Editing(acting, act, row)


def test_a_row_taken_before_its_act_was_stopped_is_not_done_under_the_next(
    desk: Desk, telegram: SimulatedTelegram
) -> None:
    desk.people(1, 3)
    edited, recalled = sent(desk), sent(desk)
    acting, act, row = editing(desk, edited)
    controls.stop_act(edited, act.id, actor=None)
    recall = controls.recall(recalled, actor=None)
    desk.do(acting.watch())
    assert acting.act is not None
    assert acting.act.id == recall

    async def do() -> Outcome:
        async with bot_at(telegram) as bot:
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
    acting, act = at_an_act(desk, pace)
    (before,) = queries.acts(message)
    assert (before.wanted, before.done, before.refused) == (70, 0, {})

    def write() -> bool:
        pace.pacer.written()
        return True

    async def all_of_it() -> None:
        async with bot_at(telegram, before_write=write) as bot:
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


def test_what_became_of_an_act_that_was_stopped_is_written_down_once_by_two_at_once(
    desk: Desk, telegram: SimulatedTelegram
) -> None:
    desk.people(1, 3)
    edited = sent(desk)
    acting, act, row = editing(desk, edited)
    act.on_the_way = 1
    telegram.set(latency=0.3)

    async def stopped_while_it_is_done() -> None:
        async with bot_at(telegram) as bot:
            doing = asyncio.create_task(acting.do(act, row, time.monotonic(), bot))
            await asyncio.sleep(0)
            await desk.store.run("UPDATE message_acts SET status = 'cancelled' WHERE id = %s", [act.id])
            await acting.watch()
            await doing
        await asyncio.gather(acting.settle(), acting.settle())

    desk.do(stopped_while_it_is_done())
    assert desk.value("SELECT count(*) FROM message_act_rows WHERE state = 'done'") == 1


@pytest.mark.parametrize("merging", [False, True])
def test_a_message_is_deleted_while_its_act_is_noted(desk: Desk, *, merging: bool) -> None:
    desk.people(1, 3)
    message = sent(desk)
    act = controls.edit(message, Content("Иначе"), actor=None)
    one, other, _third = [row[0] for row in desk.conn.execute("SELECT recipient_id FROM message_act_rows")]
    desk.conn.execute(
        "INSERT INTO act_counts (act_id, state, people) SELECT %s, 'wanted', 0 FROM generate_series(1, 60)",
        [act],
    )
    told = {"ids": [other], "states": ["done"], "reasons": ["done"], "words": [""], "recall": False}
    note = desk.store.run(*((MERGE, {"act": act, "many": 50}) if merging else (SETTLE, {"act": act, **told})))

    @elsewhere
    def delete() -> None:
        services.delete(message, actor=None)

    with ThreadPoolExecutor(2) as beside:
        with desk.conn.transaction():
            desk.conn.execute("SELECT FROM message_act_rows WHERE recipient_id = %s FOR UPDATE", [one])
            deleting = beside.submit(delete)
            desk.until_waiting(1)
            noting = beside.submit(desk.do, note)
            desk.until_waiting(2)
        deleting.result()
        noting.result()

    assert desk.value("SELECT count(*) FROM act_counts") == 0


def test_an_act_is_stopped_by_its_own_message_alone(desk: Desk) -> None:
    desk.people(1, 3)
    one, other = sent(desk), sent(desk)
    act = controls.recall(other, actor=None)

    with pytest.raises(ConflictError):
        controls.stop_act(one, act, actor=None)

    assert desk.value("SELECT status FROM message_acts") == "running"
