"""Our token becomes another bot's: what nobody has goes on with the new one, the rest says that it can't."""

from typing import Any

import pytest

from hsl.broadcasts import controls
from hsl.broadcasts.audience import Audience
from hsl.broadcasts.content import Content
from hsl.broadcasts.sender.store import Settlement, Store
from hsl.broadcasts.services import Draft, create, schedule
from hsl.broadcasts.starting import start_due
from hsl.broadcasts.statuses import Delivery
from hsl.school.refusals import ConflictError
from tests.broadcasts.sender.conftest import BOT, Desk

NEW = BOT + 1


@pytest.fixture
def renewed(desk: Desk, settings: Any) -> Any:  # pytest-django's
    """Gives the store of the worker that has the new bot's token; those with the former one have ended."""

    def start_anew(*, former_lives: bool = False) -> Store:
        if not former_lives:
            desk.conn.execute("UPDATE senders SET stopped_at = now()")
        settings.BOT_TOKEN = f"{NEW}:{'b' * 35}"
        store = Store(desk.store._pool, NEW)
        desk.workers.append(desk.do(store.enlist("host", 3)))
        return store

    return start_anew


def begun(desk: Desk, *outcomes: Delivery) -> int:
    """A message of the former bot's to three people, of whom some were written to."""
    desk.people(1, 3)
    message = desk.message()
    for who, outcome in zip(
        desk.do(desk.store.claim(desk.live(message), 0, len(outcomes), desk.workers[0])),
        outcomes,
        strict=True,
    ):
        desk.do(desk.store.settle([Settlement(who.recipient_id, message, who.token, outcome, "why")]))
    return message


def state(desk: Desk, message_id: int) -> tuple[Any, ...]:
    found = desk.conn.execute(
        "SELECT status, paused_reason, bot_id FROM broadcasts WHERE message_id = %s", [message_id]
    ).fetchone()
    assert found
    return found


def test_a_message_that_waits_for_its_time_begins_with_the_bot_of_then(desk: Desk, renewed: Any) -> None:
    desk.people(1, 3)
    message = create(Draft(Content("Привет!"), Audience(groups=("3rd_stream",))), actor=None)
    schedule(message, None, actor=None)
    store = renewed()

    start_due(NEW)

    assert state(desk, message) == ("sending", None, NEW)
    assert [one.message_id for one in desk.do(store.live())] == [message]


@pytest.mark.parametrize("outcomes", [[], [Delivery.FAILED, Delivery.FAILED]])
def test_what_nobody_has_is_resumed_with_the_new_bot(
    desk: Desk, renewed: Any, outcomes: list[Delivery]
) -> None:
    message = begun(desk, *outcomes)
    store = renewed()

    desk.do(store.pause_others())
    assert state(desk, message) == ("paused", "other_bot", BOT)
    controls.resume(message, actor=None)

    assert state(desk, message) == ("sending", None, NEW)
    (live,) = desk.do(store.live())
    assert len(desk.do(store.claim(live, 0, 9, desk.workers[-1]))) == 3 - len(outcomes)


@pytest.mark.parametrize("got", [Delivery.SENT, Delivery.UNKNOWN])
@pytest.mark.parametrize("act", [controls.resume, controls.retry_failed])
def test_what_somebody_may_have_is_the_former_bots_alone(
    desk: Desk, renewed: Any, settings: Any, got: Delivery, act: Any
) -> None:
    message = begun(desk, got, Delivery.FAILED)
    former = settings.BOT_TOKEN
    desk.do(renewed().pause_others())

    with pytest.raises(ConflictError, match="begun with another bot"):
        act(message, actor=None)
    assert state(desk, message) == ("paused", "other_bot", BOT)
    assert desk.statuses(message) == {got: 1, "failed": 1, "pending": 1}

    settings.BOT_TOKEN = former
    controls.resume(message, actor=None)
    assert state(desk, message)[0] == "sending"


def test_one_that_has_ended_is_neither_sent_again_nor_recalled_by_the_new_bot(
    desk: Desk, renewed: Any
) -> None:
    message = begun(desk, Delivery.SENT, Delivery.UNKNOWN, Delivery.FAILED)
    desk.do(desk.store.progress(message, 0))
    desk.conn.execute("UPDATE deliveries SET settled_at = settled_at - interval '1 minute'")
    desk.conn.execute(
        "UPDATE public.message_recipients SET telegram_message_id = 1 WHERE delivery_status = 'sent'"
    )
    renewed()

    for act in (controls.retry_failed, controls.resend_unknown, controls.recall):
        with pytest.raises(ConflictError, match=r"[Aa]nother bot"):
            act(message, actor=None)

    assert state(desk, message) == ("sent", None, BOT)
    assert desk.statuses(message) == {"sent": 1, "unknown": 1, "failed": 1}


def test_a_recall_that_the_former_bot_was_at_says_that_it_waits(desk: Desk, renewed: Any) -> None:
    message = begun(desk, Delivery.SENT, Delivery.SENT, Delivery.SENT)
    desk.conn.execute("UPDATE public.message_recipients SET telegram_message_id = id")
    desk.do(desk.store.progress(message, 0))
    controls.recall(message, actor=None)

    desk.do(renewed().pause_others())

    assert desk.conn.execute("SELECT status, paused_reason FROM message_acts").fetchall() == [
        ("paused", "other_bot")
    ]


def test_a_worker_with_the_former_token_claims_nothing_of_what_was_handed_over(
    desk: Desk, renewed: Any
) -> None:
    message = begun(desk)
    former = desk.live(message)
    desk.do(renewed().pause_others())
    controls.resume(message, actor=None)

    assert desk.do(desk.store.claim(former, 0, 9, desk.workers[0])) == []


def test_a_message_of_the_former_bot_of_whom_nobody_is_left_ends(desk: Desk, renewed: Any) -> None:
    message = begun(desk, Delivery.SENT, Delivery.FAILED, Delivery.FAILED)
    store = renewed()
    desk.do(store.pause_others())

    assert desk.do(store.behindhand()) == {message}
    desk.do(store.progress(message, 0))

    assert state(desk, message)[0] == "sent"


def test_what_a_living_worker_of_the_former_bot_is_at_is_left_to_it(desk: Desk, renewed: Any) -> None:
    begun_with_it = begun(desk, Delivery.SENT)
    waits = create(Draft(Content("Привет!"), Audience(groups=("3rd_stream",))), actor=None)
    schedule(waits, None, actor=None)
    store = renewed(former_lives=True)

    desk.do(store.pause_others())
    start_due(NEW)

    assert state(desk, begun_with_it) == ("sending", None, BOT)
    assert state(desk, waits) == ("scheduled", None, BOT)


def test_a_worker_with_the_former_token_begins_nothing_of_the_new_bot_s(desk: Desk, renewed: Any) -> None:
    desk.people(1, 3)
    renewed(former_lives=True)
    message = create(Draft(Content("Привет!"), Audience(groups=("3rd_stream",))), actor=None)
    schedule(message, None, actor=None)

    start_due(BOT)
    desk.do(desk.store.pause_others())

    assert state(desk, message) == ("scheduled", None, NEW)
