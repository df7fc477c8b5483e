"""The database restarts, crashes and loses what it had not flushed, or a confirmation of it is lost on its way."""

import shutil
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection
from pytest_django import DjangoDbBlocker

from hsl.broadcasts import controls
from hsl.embedded import EmbeddedServer, address
from hsl.projections.adoption import migrate
from tests.databases import Database, Server
from tests.faults.proxy import Proxy
from tests.faults.room import Room
from tests.waiting import until


@pytest.fixture
def forgetful() -> Iterator[EmbeddedServer]:
    """A server of the test's own that says "committed" long before it is on disk, unless it is asked otherwise."""
    folder = Path(tempfile.mkdtemp(prefix="hsl-faults-"))
    folder.chmod(0o711)
    server = EmbeddedServer(
        folder, {"synchronous_commit": "off", "wal_writer_delay": "10s", "commit_delay": "0"}
    )
    server.start()
    yield server
    server.stop()
    shutil.rmtree(folder)


@pytest.fixture
def forgetful_room(forgetful: EmbeddedServer, django_db_blocker: DjangoDbBlocker) -> Iterator[Room]:
    """A school on it."""
    where = address(forgetful.folder)
    before = {name: connection.settings_dict[name] for name in where}
    server = Server(where["HOST"], where["PORT"], where["USER"], where["PASSWORD"])
    with django_db_blocker.unblock():
        connection.close()
        connection.settings_dict.update(where)
        try:
            migrate()
            with Room(Database(server, where["NAME"])) as room:
                yield room
        finally:
            connection.close()
            connection.settings_dict.update(before)


def test_postgresql_restarts_and_crashes_and_forgets_what_was_not_flushed(
    forgetful_room: Room, forgetful: EmbeddedServer
) -> None:
    room = forgetful_room
    room.people(300)
    message = room.send()
    room.worker()
    fast, immediate = signal.SIGINT, signal.SIGQUIT
    for sent, sign in ((20, fast), (60, immediate), (120, immediate)):
        room.until_sent(message, sent)
        forgetful.process.send_signal(sign)
        forgetful.process.wait(30)
        forgetful.start()
        connection.close()
        room.conn.close()
        room.connect()
    room.until_over(message)

    assert room.check(message, unknown_at_most=0)["sent"] == 300


REFUSING = """
CREATE OR REPLACE FUNCTION public.refuses() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.user_id || ' ' || NEW.delivery_status = ANY (%s) THEN RAISE EXCEPTION 'not this one'; END IF;
  RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER refuses BEFORE UPDATE ON public.message_recipients
  FOR EACH ROW EXECUTE FUNCTION public.refuses();
"""


def refuse(room: Room, *changes: str) -> None:
    """The bot has a rule of its own for its table: whose row may not become what."""
    room.conn.execute((REFUSING % f"'{{{','.join(changes)}}}'").encode())


def test_what_the_database_refuses_of_one_holds_up_nobody_else(room: Room) -> None:
    room.people(30)
    refuse(room, "5 sent", "6 sent", "6 unknown", "7 deleted")
    message = room.send()
    worker = room.worker()
    room.until_sent(message, 28)
    worker.terminate()
    assert worker.wait(30) == 0
    assert room.rows(message) == {"sent": 28, "unknown": 1, "sending": 1}
    room.let_lapse(worker)

    refuse(room, "7 deleted")
    room.worker()
    room.until_over(message)
    assert room.check(message, unknown_at_most=2)["unknown"] == 2
    act = controls.recall(message, actor=None)
    until(
        lambda: room.value("SELECT status FROM message_acts WHERE id = %s", act) == "done", "the recall ends"
    )
    assert room.rows(message) == {"deleted": 27, "sent": 1, "unknown": 2}
    assert room.value("SELECT reason FROM message_act_rows WHERE state = 'refused'") == "unnoted"


def test_the_confirmation_of_a_claim_and_of_a_settle_is_lost(room: Room) -> None:
    with Proxy(room.database) as proxy:
        room.url = proxy.url
        room.people(200)
        message = room.send()
        room.worker()
        room.until_sent(message, 20)
        for what in ("claim", "settle", "claim", "settle"):
            before = proxy.cuts[what]
            proxy.cut(what)
            until(lambda what=what, before=before: proxy.cuts[what] > before, f"a {what} is cut")  # type: ignore[misc] # bound here
        room.until_over(message)

        assert room.check(message, unknown_at_most=0)["sent"] == 200
