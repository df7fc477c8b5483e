"""What the role lacks is said in plain words with the SQL to run, before anything is changed; then it works."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connection

from hsl.projections.adoption import detach, migrate
from hsl.refusal import Refusal
from hsl.school.rights import lacks
from tests.adoption.bots import SCHOOL, BotDatabase
from tests.adoption.catalog import describe
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
