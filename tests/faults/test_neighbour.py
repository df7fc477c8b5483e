"""The dashboard that was there before us goes on working on the same two tables of an adopted database."""

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Self

import httpx
import pytest
from django.utils import timezone

from hsl.broadcasts.audience import Audience
from hsl.broadcasts.content import Content
from hsl.broadcasts.services import Draft, create, schedule
from tests.adoption.bots import SCHOOL, adopt
from tests.databases import Database
from tests.faults.room import Room
from tests.waiting import until

DUE = """
SELECT id, message_text FROM message_history
WHERE scheduled_at <= now() AND coalesce(successful_deliveries, 0) = 0 ORDER BY id
"""
PENDING = "SELECT id, user_id FROM message_recipients WHERE message_id = %s AND delivery_status = 'pending'"
DELIVERED = "UPDATE message_recipients SET delivery_status = 'sent', telegram_message_id = %s WHERE id = %s"
COUNTED = """
UPDATE message_history SET successful_deliveries =
  (SELECT count(*) FROM message_recipients WHERE message_id = %(id)s AND delivery_status = 'sent') WHERE id = %(id)s
"""
WRITTEN = """
WITH made AS (
  INSERT INTO message_history (message_text, total_recipients, recipient_type, recipient_group, scheduled_at)
  VALUES (%s, 2, 'group', 'all', %s) RETURNING id
)
INSERT INTO message_recipients (message_id, user_id) SELECT id, u FROM made, unnest(%s::bigint[]) AS u
"""


class Neighbour(threading.Thread):
    """Its scheduler, which comes by each minute, here as often as it can; and its operators, who write on."""

    def __init__(self, room: Room) -> None:
        super().__init__(daemon=True)
        self._room, self._over, self.rounds = room, threading.Event(), 0
        self.errors: list[Exception] = []

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self.join()

    def run(self) -> None:
        try:
            with self._room.database.connect() as self._conn, httpx.Client(timeout=10) as self._client:
                while not self._over.is_set():
                    self._write()
                    for message_id, text in self._conn.execute(DUE).fetchall():
                        self._send(message_id, text)
                    self.rounds += 1
        except Exception as error:  # noqa: BLE001 # the test shows it
            self.errors.append(error)

    def _write(self) -> None:
        """One now, one that is left lying, each to two people."""
        now = timezone.now()
        for at in (now, now + timedelta(days=1)):
            text = f"Их {self.rounds} {'сейчас' if at == now else 'потом'}"
            people = [1 + self.rounds % 40, 41 + self.rounds % 40]
            self._conn.execute(WRITTEN, [text, at, people])

    def _send(self, message_id: int, text: str) -> None:
        for row, user_id in self._conn.execute(PENDING, [message_id]).fetchall():
            answer = self._client.post(
                f"{self._room.telegram.url}/bot{self._room.telegram.token}/sendMessage",
                json={"chat_id": user_id, "text": text},
            )
            self._conn.execute(DELIVERED, [answer.json()["result"]["message_id"], row])
        self._conn.execute(COUNTED, {"id": message_id})


@pytest.fixture
def guest_room(bot_database: Callable[[], Database]) -> Iterator[Room]:
    """We as guests in a bot's database."""
    database = bot_database()
    database.execute(SCHOOL)
    adopt(database)
    with database.as_django(), Room(database, rate=60) as made:
        yield made


def test_neither_sends_what_the_other_wrote(guest_room: Room) -> None:
    room = guest_room
    room.worker()
    with Neighbour(room) as neighbour:
        to_all = Audience(groups=("all",))
        now = create(Draft(Content("Наше сейчас"), to_all), actor=None)
        later = create(Draft(Content("Наше потом"), to_all), actor=None)
        schedule(later, timezone.now() + timedelta(seconds=2), actor=None)
        schedule(now, None, actor=None)
        for message in (now, later):
            room.until_over(message)
        came_by = neighbour.rounds
        until(lambda: neighbour.rounds > came_by + 1 or bool(neighbour.errors), "it comes by once more")

    assert neighbour.errors == []
    assert neighbour.rounds > 10
    for message in (now, later):
        rows = room.check(message, unknown_at_most=0)
        assert rows["sent"] == sum(rows.values()) > 80
    theirs = Counter(
        (message["text"], message["chat_id"])
        for message in room.telegram.received()
        if not message["text"].startswith("Наше")
    )
    assert set(theirs.values()) == {1}
    assert {text for text, _ in theirs if text.endswith("потом")} == set()
    assert {text for text, _ in theirs if text.endswith("сейчас")} == {
        f"Их {n} сейчас" for n in range(neighbour.rounds)
    }
    assert room.value("SELECT count(*) FROM broadcasts") == 2
