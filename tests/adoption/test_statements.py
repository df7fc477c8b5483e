"""The bot's statements give the same results and the same errors before, during and after."""

import re
from collections.abc import Callable
from typing import Any, LiteralString

import pytest

from tests.adoption.bots import OTHER_SCHOOL, SCHOOL, BotDatabase, Connection, adopt, as_hsl, leave
from tests.adoption.statements import live, said
from tests.databases import Database


def nothing(database: Database) -> None:
    """Stay apart."""


def adopt_and_leave(database: Database) -> None:
    """Come and go."""
    adopt(database)
    leave(database)


_MOMENT = re.compile(r"[\d.-]{10} \d\d:\d\d:\d\d\.\d+( ?[+-][\d:]+)?")


def without_times(answers: list[Any]) -> list[str]:
    """Answers with the moments in them taken out: two days are never the same."""
    return [_MOMENT.sub("*", repr(answer)) for answer in answers]


@pytest.fixture(params=[SCHOOL, OTHER_SCHOOL], ids=["a bot", "another"])
def bots_school(request: pytest.FixtureRequest) -> LiteralString:
    """The SQL of a bot's school."""
    sql: LiteralString = request.param
    return sql


@pytest.fixture
def without_us(bot_database: BotDatabase, bots_school: LiteralString) -> list[str]:
    """The answers of a database that we have never seen."""
    database = bot_database()
    database.execute(bots_school)
    with database.connect() as bot:
        return without_times(live(bot))


@pytest.mark.parametrize("meanwhile", [adopt, adopt_and_leave])
def test_a_session_open_all_through_gets_the_same_answers(
    bot_database: BotDatabase,
    bots_school: LiteralString,
    without_us: list[str],
    meanwhile: Callable[[Database], None],
) -> None:
    database = bot_database()
    database.execute(bots_school)
    with database.connect() as bot:
        assert without_times(live(bot, lambda: meanwhile(database))) == without_us


def test_a_session_opened_afterwards_gets_the_same_answers(
    bot_database: BotDatabase, bots_school: LiteralString, without_us: list[str]
) -> None:
    database = bot_database()
    database.execute(bots_school)
    adopt(database)
    with database.connect() as bot:
        assert without_times(live(bot)) == without_us


def test_a_bot_with_rights_on_its_own_tables_only(bot_database: BotDatabase, bot_role: str) -> None:
    answers = []
    for meanwhile in (nothing, adopt):
        database = bot_database()
        database.execute(SCHOOL)
        with database.connect() as owner:
            owner.execute(f"GRANT ALL ON ALL TABLES IN SCHEMA public TO {bot_role}".encode())
            owner.execute(f"GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO {bot_role}".encode())
        meanwhile(database)
        with database.connect(user=bot_role, password="bot") as bot:
            answers.append(without_times(live(bot)))
    assert answers[0] == answers[1]


def test_a_bot_in_another_time_zone_with_a_path_of_its_own(bot_database: BotDatabase) -> None:
    answers = []
    options = "-c TimeZone=Pacific/Apia -c DateStyle=German,DMY -c search_path=trap,pg_temp,public,pg_catalog"
    for meanwhile in (nothing, adopt):
        database = bot_database()
        database.execute(SCHOOL)
        database.execute(
            "CREATE SCHEMA trap; CREATE TABLE trap.changes (broken integer CHECK (broken > 1));"
            "CREATE FUNCTION trap.date_bin(interval, timestamptz, timestamptz) RETURNS timestamptz"
            " LANGUAGE sql AS $$ SELECT (1 / 0)::text::timestamptz $$;"
            "CREATE FUNCTION trap.clamped(timestamptz) RETURNS timestamptz"
            " LANGUAGE sql AS $$ SELECT (1 / 0)::text::timestamptz $$"
        )
        meanwhile(database)
        with database.connect(options=options) as bot:
            answers.append(live(bot))
    assert without_times(answers[0]) == without_times(answers[1])
    with as_hsl(database) as ours:
        assert reasons(ours) == {"TRUNCATE"}


def test_changes_are_noted_alike_whatever_the_bots_time_zone(adopted: Database) -> None:
    insert = "INSERT INTO bookings (user_id, course_id, created_at) VALUES (77, 1, '2025-05-05 12:07')"
    for zone in ("UTC", "Pacific/Apia", "America/St_Johns"):
        with adopted.connect(options=f"-c TimeZone={zone}") as bot:
            bot.execute(insert.encode())
    with as_hsl(adopted) as ours:
        (row,) = ours.execute(
            "SELECT (quarter AT TIME ZONE 'UTC')::text, sum(n) FROM changes WHERE user_id = 77 GROUP BY 1"
        ).fetchall()
        assert row == ("2025-05-05 12:00:00", 3)


def test_times_that_stand_in_columns_of_another_type_are_noted_alike_too(bot_database: BotDatabase) -> None:
    database = bot_database()
    database.execute(SCHOOL)
    database.execute(
        "ALTER TABLE events ALTER event_type TYPE timestamptz USING '2025-05-05 12:00+00'::timestamptz,"
        " ALTER created_at DROP DEFAULT, ALTER created_at TYPE text"
    )
    adopt(database)
    insert = "INSERT INTO events (user_id, event_type, created_at) VALUES (77, '2025-05-05 12:00Z', '2025-05-05 12:07')"
    for zone in ("UTC", "Pacific/Apia", "America/St_Johns"):
        with database.connect(options=f"-c TimeZone={zone}") as bot:
            bot.execute(insert.encode())
    with as_hsl(database) as ours:
        noted = ours.execute(
            "SELECT name, (quarter AT TIME ZONE 'UTC')::text, sum(n) FROM changes WHERE user_id = 77 GROUP BY 1, 2"
        ).fetchall()
        assert noted == [("2025-05-05 12:00:00+00", "2025-05-05 12:00:00", 3)]


def reasons(ours: Connection) -> set[str]:
    rows = ours.execute("SELECT DISTINCT reason FROM changes WHERE recount").fetchall()
    return {reason for (reason,) in rows}


@pytest.mark.parametrize(
    ("change", "statement"),
    [
        ("ALTER TABLE bookings RENAME COLUMN course_stream TO stream", "UPDATE bookings SET confirmed = 2"),
        ("ALTER TABLE events RENAME COLUMN created_at TO at", "INSERT INTO events (event_type) VALUES ('a')"),
    ],
)
def test_a_column_renamed_under_us_reaches_us_and_not_the_bot(
    adopted: Database, change: str, statement: str
) -> None:
    with adopted.connect() as bot, as_hsl(adopted) as ours:
        ours.execute("DELETE FROM changes")
        bot.execute(change.encode())
        bot.execute(statement.encode())
        (reason,) = reasons(ours)
        assert reason.startswith("42703 column")


def test_a_bot_goes_on_even_where_our_own_table_is_gone(adopted: Database) -> None:
    with adopted.connect() as bot:
        bot.execute("DROP TABLE hsl.changes CASCADE")
        assert said(bot, "DELETE FROM events WHERE id = 1")[0] == "DELETE 1"


def test_the_bots_cancel_is_its_own(adopted: Database) -> None:
    """A time-out of the bot's inside our trigger ends its statement: it is not swallowed as an error of ours."""
    with adopted.connect() as bot, as_hsl(adopted) as ours:
        ours.execute(
            "CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS"
            " $$ BEGIN PERFORM pg_sleep(60); RETURN NULL; END $$;"
            "CREATE TRIGGER slow BEFORE INSERT ON changes FOR EACH STATEMENT EXECUTE FUNCTION slow()"
        )
        bot.execute("SET statement_timeout = '50ms'")
        assert said(bot, "DELETE FROM events WHERE id = 1")[0] == "57014"
        assert bot.execute("SELECT count(*) FROM events WHERE id = 1").fetchone() == (1,)
