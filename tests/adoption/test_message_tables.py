"""A bot's messaging tables that can't hold what sending writes: said with the SQL to run, and nothing half done."""

from typing import Any

import pytest
from psycopg_pool import AsyncConnectionPool

from hsl.broadcasts.audience import Audience
from hsl.broadcasts.content import Content
from hsl.broadcasts.sender.database import OPTIONS
from hsl.broadcasts.sender.outbox import Outbox
from hsl.broadcasts.sender.store import Store
from hsl.broadcasts.services import Draft, create, schedule
from hsl.broadcasts.starting import start
from hsl.connection import parameters
from hsl.projections.doctor import examine
from hsl.projections.fold import fold_to_the_end
from hsl.school.message_tables import STATUSES, obstacles
from hsl.school.refusals import ConflictError
from tests.adoption.bots import SCHOOL, BotDatabase, adopt, as_hsl
from tests.broadcasts.sender.conftest import BOT, fill
from tests.databases import Database
from tests.loops import run

TO_ALL = Draft(Content("Привет"), Audience(groups=("all",)))
AN_ENUM = f"CREATE TYPE delivery AS ENUM {STATUSES};"
ONLY_THREE = "ADD CONSTRAINT three CHECK (delivery_status IN ('pending', 'sent', 'failed'))"


@pytest.fixture(autouse=True)
def bot(settings: Any) -> None:
    """We have a bot."""
    settings.BOT_TOKEN = f"{BOT}:secret"


def written(database: Database) -> tuple[int, int]:
    with database.connect() as conn:
        messages = conn.execute("SELECT count(*) FROM message_history").fetchall()[0][0]
        return messages, conn.execute("SELECT count(*) FROM message_recipients").fetchall()[0][0]


@pytest.mark.parametrize(
    ("table", "change", "words"),
    [
        ("message_recipients", ONLY_THREE, "The constraint three of message_recipients forbids"),
        (
            "message_recipients",
            "ALTER delivery_status DROP DEFAULT, ALTER delivery_status TYPE varchar(6)",
            "can't be pending, sending",
        ),
        (
            "message_recipients",
            "ALTER delivery_status DROP DEFAULT, ALTER delivery_status TYPE delivery USING 'sent'::delivery",
            "(delivery) can't be pending, sending, sent, failed, unknown, deleted",
        ),
        (
            "message_recipients",
            "ADD COLUMN channel text NOT NULL",
            "message_recipients.channel may not be NULL",
        ),
        (
            "message_recipients",
            "RENAME COLUMN telegram_message_id TO tg",
            "has no column telegram_message_id",
        ),
        ("message_history", 'ADD COLUMN "Author" text NOT NULL', "message_history.Author may not be NULL"),
        ("message_history", "ALTER COLUMN sent_at SET NOT NULL", "message_history.sent_at may not be NULL"),
    ],
)
def test_what_stands_in_the_way_is_said_and_what_is_to_be_run_takes_it_away(
    bot_database: BotDatabase, table: str, change: str, words: str
) -> None:
    adopted = bot_database()
    adopted.execute(f"{SCHOOL} {AN_ENUM} DELETE FROM {table}; ALTER TABLE {table} {change}")
    adopt(adopted)
    with adopted.as_django(), as_hsl(adopted) as ours, adopted.connect() as owner:
        before = written(adopted)
        (obstacle,) = obstacles(ours)
        assert words in obstacle.sentence
        assert obstacle.fix in [finding.fix for finding in examine(ours) if finding.name == "messages"]
        with pytest.raises(ConflictError) as refused:
            create(TO_ALL, actor=None)
        assert obstacle.fix in str(refused.value)
        assert written(adopted) == before

        owner.execute(obstacle.fix.encode())
        adopt(adopted)
        assert obstacles(ours) == []
        schedule(create(TO_ALL, actor=None), None, actor=None)


@pytest.mark.parametrize(
    "change",
    ["ALTER COLUMN delivery_status TYPE varchar(7)", "ADD COLUMN channel text NOT NULL DEFAULT 'bot'"],
)
def test_what_a_row_of_ours_fits_into_is_no_obstacle(bot_database: BotDatabase, change: str) -> None:
    adopted = bot_database()
    adopted.execute(f"{SCHOOL} ALTER TABLE message_recipients {change}")
    adopt(adopted)
    with adopted.as_django(), as_hsl(adopted) as ours:
        assert obstacles(ours) == []
        fold_to_the_end(ours)
        message = create(TO_ALL, actor=None)
        schedule(message, None, actor=None)
        start(message)
        for status in STATUSES:
            ours.execute(
                "UPDATE public.message_recipients SET delivery_status = %s WHERE message_id = %s",
                [status, message],
            )


def test_the_names_of_many_groups_are_cut_to_the_bots_column(adopted: Database) -> None:
    groups = ("all", "non_course_users", "3rd_stream", "4th_stream", "5th_stream", "7th_stream")
    with adopted.as_django(), as_hsl(adopted) as ours:
        message = create(Draft(Content("Привет"), Audience(groups=groups)), actor=None)
        kept = ours.execute(
            "SELECT recipient_group FROM public.message_history WHERE id = %s", [message]
        ).fetchall()
    assert kept == [(", ".join(groups)[:50],)]


def test_a_rule_that_comes_while_a_message_goes_out_pauses_it(adopted: Database) -> None:
    with adopted.as_django(), as_hsl(adopted) as ours:
        fold_to_the_end(ours)
        message = create(TO_ALL, actor=None)
        schedule(message, None, actor=None)
        start(message)
        people = ours.execute(
            "SELECT count(*) FROM public.message_recipients WHERE message_id = %s", [message]
        ).fetchall()
        ours.execute(f"ALTER TABLE public.message_recipients {ONLY_THREE}".encode())
        assert run(_claimed()) == 0
        assert ours.execute(
            "SELECT status, paused_reason FROM broadcasts WHERE message_id = %s", [message]
        ).fetchall() == [("paused", "tables")]
        assert (
            ours.execute(
                "SELECT count(*) FROM public.message_recipients"
                " WHERE message_id = %s AND delivery_status = 'pending'",
                [message],
            ).fetchall()
            == people
        )


async def _claimed() -> int:
    """How many one worker claims."""
    pool: AsyncConnectionPool[Any] = AsyncConnectionPool(
        kwargs=parameters("hsl sender", OPTIONS), min_size=1, max_size=1, open=False
    )
    async with pool:
        store = Store(pool, BOT)
        outbox = Outbox(store, await store.enlist("here", 1), fill)
        await outbox.refresh()
        return len(await outbox.claim(100, paid=False))
