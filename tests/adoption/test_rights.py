"""What the role lacks is said in plain words with the SQL to run, before anything is changed; then it works."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from django.db import connection

from hsl.projections.adoption import detach, migrate
from hsl.projections.doctor import Finding, examine
from hsl.refusal import Refusal
from hsl.school.message_tables import obstacles
from hsl.school.rights import lacks
from hsl.school.shapes import SPECIFICATION
from tests.adoption.bots import SCHOOL, BotDatabase
from tests.adoption.catalog import describe
from tests.commands.product import ROOT
from tests.databases import Database, Server


@pytest.fixture
def our_role(server: Server) -> Iterator[str]:
    role = f"hsl_test_ours_{os.getpid()}"
    server.execute("CREATE ROLE {} LOGIN PASSWORD 'ours'", role)
    yield role
    server.execute("DROP ROLE {}", role)


@contextmanager
def connected_as(database: Database, role: str) -> Iterator[None]:
    with database.as_django():
        before = connection.settings_dict["USER"], connection.settings_dict["PASSWORD"]
        connection.settings_dict.update(USER=role, PASSWORD="ours")
        try:
            yield
        finally:
            connection.close()
            connection.settings_dict.update(USER=before[0], PASSWORD=before[1])


def test_each_refusal_carries_the_sql_that_ends_it(
    server: Server, bot_database: BotDatabase, our_role: str
) -> None:
    database = bot_database()
    database.execute(SCHOOL)
    with database.connect() as owner, connected_as(database, our_role):
        before = describe(owner)
        for _ in range(3):
            try:
                migrate()
            except Refusal as refusal:
                assert describe(owner) == before
                for line in str(refusal).splitlines()[1:]:
                    owner.execute(line.encode())
                before = describe(owner)
            else:
                break
        owner.execute("INSERT INTO events (user_id, event_type) VALUES (1, 'start_command')")
        assert owner.execute("SELECT count(*) FROM hsl.changes WHERE n = 1").fetchone() == (1,)
        assert {lack.needed for lack in lacks(connection.connection)} == {False}
        detach()
        assert owner.execute("SELECT count(*) FROM pg_trigger WHERE tgname LIKE 'hsl%'").fetchone() == (0,)
        owner.execute(f"DROP OWNED BY {our_role}".encode())


def test_a_view_in_place_of_a_table_is_refused(bot_database: BotDatabase) -> None:
    database = bot_database()
    database.execute("CREATE TABLE log (id serial, user_id bigint); CREATE VIEW events AS SELECT * FROM log")
    with database.as_django(), pytest.raises(Refusal, match=r"public\.events is not a table"):
        migrate()
    with database.connect() as conn:
        assert conn.execute("SELECT to_regnamespace('hsl')").fetchone() == (None,)


def test_the_owner_of_a_database_lacks_nothing(bot_database: BotDatabase) -> None:
    database = bot_database()
    database.execute(SCHOOL)
    with database.connect() as conn:
        assert lacks(conn) == []


def the_docs_grants(database: Database, role: str) -> list[str]:
    """What docs/adoption.md lets a database's owner run for a role of ours."""
    lines = (ROOT / "docs" / "adoption.md").read_text().splitlines()
    grants = [line.strip() for line in lines if line.startswith("    GRANT ")]
    return [
        line.replace("DATABASE bot", f"DATABASE {database.name}").replace("TO hsl", f"TO {role}")
        for line in grants
    ]


@pytest.fixture
def bots(server: Server, our_role: str, bot_role: str, bot_database: BotDatabase) -> Database:
    """A school whose tables belong to the bot's role, which is no superuser."""
    database = bot_database()
    with database.connect() as admin:
        admin.execute(f"GRANT CREATE ON SCHEMA public TO {bot_role}".encode())
    with database.connect(user=bot_role, password="bot") as owner:
        owner.execute(SCHOOL)
    return database


def lacking() -> list[Finding]:
    """What the doctor says of the role that Django's connection is of."""
    connection.ensure_connection()
    return [
        finding
        for finding in examine(connection.connection)
        if finding.name in ("rights", "indexes") and finding.verdict != "ok"
    ]


@contextmanager
def those_who_run(database: Database, bot_role: str) -> Iterator[Callable[[str], None]]:
    """Runs a statement as whoever it is for: the database's owner, the role of ours, the tables' owner."""
    with database.connect() as admin, database.connect(user=bot_role, password="bot") as owner:

        def run(line: str) -> None:
            conn = admin if "DATABASE" in line or "SCHEMA public" in line else owner
            (connection.connection if "SCHEMA hsl" in line else conn).execute(line.encode())

        yield run


def test_a_role_with_nothing_hears_before_and_after_migrate_all_that_it_lacks(
    bots: Database, our_role: str, bot_role: str
) -> None:
    bots.execute(
        "CREATE INDEX hsl_events_user_id ON events (user_id);"  # as one whose building was cut off
        " UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'hsl_events_user_id'::regclass"
    )
    with connected_as(bots, our_role), those_who_run(bots, bot_role) as run:
        before = lacking()
        assert any(
            "CREATE INDEX CONCURRENTLY" in finding.fix for finding in before if finding.verdict == "fail"
        )
        for finding in before:
            for line in finding.fix.splitlines():
                run(line)
        assert lacking() == []
        migrate()

        after = lacking()
        assert {finding.verdict for finding in after} == {"warn"}
        assert "events has no index on event_type, created_at, id" in after[-1].sentence
        for finding in after:
            for line in finding.fix.splitlines():
                run(line)
        assert lacking() == []
        for table in SPECIFICATION:
            write_and_delete(table)


def write_and_delete(table: str) -> None:
    """As our pages do."""
    columns, values = {
        "bookings": ("user_id, course_id", "1, 1"),
        "free_lesson_registrations": ("user_id", "7000"),
        "events": ("user_id, event_type", "1, 'start_command'"),
        "message_history": ("message_text", "'Hello'"),
        "message_recipients": ("message_id, user_id", "1, 1"),
    }[table]
    connection.connection.execute(f"INSERT INTO public.{table} ({columns}) VALUES ({values})".encode())
    connection.connection.execute(f"DELETE FROM public.{table} WHERE id > 1000".encode())


REVOKED = [
    ("SELECT ON events", "can't read events", "fail"),
    ("TRIGGER ON bookings", "can't follow changes of bookings", "fail"),
    ("UPDATE ON bookings", "can't write to bookings", "warn"),
    ("INSERT ON message_recipients", "can't write to message_recipients", "warn"),
    ("DELETE ON free_lesson_registrations", "can't delete rows of free_lesson_registrations", "warn"),
    ("DELETE ON message_history", "can't delete rows of message_history", "warn"),
    ("USAGE ON SEQUENCE events_id_seq", "can't draw numbers from public.events_id_seq", "warn"),
    (
        "USAGE ON SEQUENCE message_history_id_seq",
        "can't draw numbers from public.message_history_id_seq",
        "warn",
    ),
    ("USAGE ON SCHEMA public", "can't reach the schema public", "fail"),
]


def test_what_the_docs_grant_is_needed_and_enough_before_and_after_migrate(
    bots: Database, our_role: str, bot_role: str
) -> None:
    with bots.connect() as admin, connected_as(bots, our_role), those_who_run(bots, bot_role) as run:
        admin.execute("REVOKE USAGE ON SCHEMA public FROM public")
        admin.execute(f"GRANT USAGE ON SCHEMA public TO {bot_role}".encode())
        for grant in the_docs_grants(bots, our_role):
            admin.execute(grant.encode())
        for migrated in (False, True):
            if migrated:
                migrate()
            for finding in lacking():
                assert "its owner alone can build one" in finding.sentence
                for line in finding.fix.splitlines():
                    run(line)
            for right, words, verdict in REVOKED:
                admin.execute(f"REVOKE {right} FROM {our_role}".encode())
                (finding,) = lacking()
                assert words in finding.sentence
                assert finding.verdict == verdict
                if migrated and verdict == "warn":
                    stops_sending = " message_" in right and "DELETE" not in right
                    assert bool(obstacles(connection.connection)) == stops_sending, right
                run(finding.fix)
            assert lacking() == []


def test_an_identity_is_drawn_from_by_imports_alone(bots: Database, our_role: str, bot_role: str) -> None:
    identity = "ALTER TABLE {0} ALTER id DROP DEFAULT, ALTER id ADD GENERATED BY DEFAULT AS IDENTITY"
    with bots.connect() as admin, connected_as(bots, our_role):
        for table in ("events", "message_history"):
            admin.execute(identity.format(table).encode())
        said = [finding.sentence for finding in lacking() if "draw numbers" in finding.sentence]
    assert any("to events" in sentence for sentence in said)
    assert not any("to message_history" in sentence for sentence in said)


def test_a_role_that_did_not_move_in_hears_whose_everything_is(adopted: Database, our_role: str) -> None:
    with connected_as(adopted, our_role):
        assert f"in the schema hsl belongs to {adopted.server.user}" in lacking()[0].sentence
