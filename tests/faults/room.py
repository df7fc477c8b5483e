"""A school, Telegram and workers as real processes, for days on which everything goes wrong."""

import os
import signal
import subprocess
import sys
from collections import Counter
from datetime import datetime
from typing import Any, Self

from django.conf import settings

from hsl.broadcasts.audience import Audience
from hsl.broadcasts.content import Content
from hsl.broadcasts.services import Draft, create, schedule
from hsl.broadcasts.spending import allow_paid
from hsl.projections.fold import fold_to_the_end
from tests.databases import Database
from tests.telegram.simulated import TOKEN, SimulatedTelegram
from tests.waiting import until

RATE = 250


class Room:
    """One database, a simulator, and workers that come and go. Django's connection points at the database."""

    def __init__(self, database: Database, rate: int = RATE) -> None:
        self.database, self.rate = database, rate
        self.url = database.url
        self.telegram = SimulatedTelegram()
        self.workers: list[subprocess.Popen[bytes]] = []
        self.earlier: list[int] = []

    def __enter__(self) -> Self:
        """Ready."""
        settings.BOT_TOKEN = TOKEN
        self.telegram.__enter__()
        self.connect()
        allow_paid(True, actor=None)
        return self

    def connect(self) -> None:
        """Have a connection to the database, anew where there was one."""
        self.conn = self.database.connect(options="-c search_path=hsl,public")

    def __exit__(self, *_: object) -> None:
        """Stop all workers."""
        settings.BOT_TOKEN = ""
        for worker in self.workers:
            worker.send_signal(signal.SIGCONT)
            worker.kill()
            worker.wait()
        self.telegram.__exit__()
        self.conn.close()

    def worker(self, **more: str) -> subprocess.Popen[bytes]:
        """One more worker; ``more`` of its environment."""
        env = os.environ | {
            "DATABASE_URL": self.url,
            "HSL_SECRET_KEY": "of-a-test",
            "HSL_BOT_TOKEN": TOKEN,
            "HSL_TELEGRAM_API_URL": self.telegram.url,
            "HSL_SEND_RATE": str(self.rate),
            **more,
        }
        env.pop("DJANGO_SETTINGS_MODULE", None)
        self.workers.append(
            subprocess.Popen(
                [sys.executable, "-m", "hsl", "worker"],
                env=env,
                stdin=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
        )
        return self.workers[-1]

    def people(self, count: int) -> None:
        """So many members of 3rd_stream."""
        self.conn.execute(
            """INSERT INTO public.bookings (user_id, first_name, course_id, course_stream, confirmed)
               SELECT n, 'Имя ' || n, 1, '3rd_stream', 2 FROM generate_series(1, %s::integer) AS n""",
            [count],
        )
        fold_to_the_end(self.conn)

    def send(self, text: str = "Привет, {first_name|друг}!", *people: int) -> int:
        """A message now, to these people, else to all of 3rd_stream; paid for, so that it goes as fast as the room's
        rate."""
        return self.send_content(Content(text, paid=True), *people)

    def send_content(self, content: Content, *people: int, at: datetime | None = None) -> int:
        """As ``send``, of more than a text, or at a time."""
        audience = Audience(people=people) if people else Audience(groups=("3rd_stream",))
        message_id = create(Draft(content, audience), actor=None)
        schedule(message_id, at, actor=None)
        return message_id

    def kill(self, worker: "subprocess.Popen[bytes]") -> None:
        """As the machine does when its memory is full."""
        worker.send_signal(signal.SIGKILL)
        worker.wait()
        self.let_lapse(worker)

    def let_lapse(self, worker: "subprocess.Popen[bytes]") -> None:
        """The heartbeat of a worker that has ended grows old at once: nothing but waiting would come of its seconds."""
        self.conn.execute(
            "UPDATE senders SET beat_at = beat_at - interval '1 minute' WHERE pid = %s", [worker.pid]
        )

    def status(self, message_id: int) -> str:
        """Of the message."""
        return str(self.value("SELECT status FROM broadcasts WHERE message_id = %s", message_id))

    def rows(self, message_id: int) -> Counter[str]:
        """How many recipients are in each status."""
        found = self.conn.execute(
            "SELECT delivery_status, count(*)::integer FROM public.message_recipients WHERE message_id = %s GROUP BY 1",
            [message_id],
        )
        return Counter(dict(found.fetchall()))

    def value(self, statement: str, *values: object) -> Any:  # what a column holds
        """The one value that a statement gives."""
        ((value,),) = self.conn.execute(statement, values).fetchall()
        return value

    def until_sent(self, message_id: int, at_least: int) -> None:
        """Wait until so many deliveries are settled as sent."""
        until(lambda: self.rows(message_id)["sent"] >= at_least, f"{at_least} sent")

    def until_over(self, message_id: int) -> None:
        """Wait until the message has ended, and nothing of it is on its way."""
        until(
            lambda: (
                self.status(message_id) == "sent"
                and not self.rows(message_id)["sending"]
                and self.is_counted(message_id)
            ),
            "the end of the message",
        )

    def is_counted(self, message_id: int) -> bool:
        """Whether the specification's counter is that of the rows."""
        counted = self.value(
            "SELECT successful_deliveries FROM public.message_history WHERE id = %s", message_id
        )
        rows = self.rows(message_id)
        return bool(counted == rows["sent"] + rows["deleted"])

    def received(self, text: str = "") -> Counter[int]:
        """How many messages that hold ``text`` each person got, by what Telegram accepted."""
        return Counter([message["chat_id"] for message in self.telegram.received(text=text)] + self.earlier)

    def text(self, message_id: int) -> str:
        """How the message begins, before it is filled for anybody."""
        kept = self.value("SELECT content ->> 'text' FROM broadcasts WHERE message_id = %s", message_id)
        return str(kept).partition("{")[0].partition("<")[0]

    def telegram_falls_silent(self) -> None:
        """Nobody answers at its address any more; what was received until then is remembered."""
        self.telegram.faults({"kind": "drop"})
        self.earlier += [message["chat_id"] for message in self.telegram.received()]
        self.telegram.__exit__()

    def telegram_comes_back(self) -> None:
        """At the same address."""
        self.telegram = SimulatedTelegram(port=int(self.telegram.url.rpartition(":")[2]))
        self.telegram.__enter__()

    def check(self, message_id: int, *, unknown_at_most: int) -> Counter[str]:
        """What must hold after any day, from Telegram's record and the database's. Gives recipients by status."""
        rows = self.rows(message_id)
        ended = self.status(message_id) == "sent"
        allowed = {"sent", "failed", "unknown", "deleted"} | (set() if ended else {"pending"})
        assert set(rows) <= allowed
        received = self.received(self.text(message_id))
        assert {who: times for who, times in received.items() if times > 1} == {}, "received twice"
        by_status: dict[int, str] = dict(
            self.conn.execute(
                "SELECT user_id, delivery_status FROM public.message_recipients WHERE message_id = %s",
                [message_id],
            ).fetchall()
        )
        sent = {who for who, status in by_status.items() if status in ("sent", "deleted")}
        assert sent - received.keys() == set(), "marked sent, and not received"
        assert {by_status.get(who) for who in received.keys() - sent} <= {"unknown"}, (
            "received, and not accounted for"
        )
        assert rows["unknown"] <= unknown_at_most
        ((total, successful),) = self.conn.execute(
            "SELECT total_recipients, successful_deliveries FROM public.message_history WHERE id = %s",
            [message_id],
        ).fetchall()
        assert successful == rows["sent"] + rows["deleted"]
        assert total == sum(rows.values())
        return rows
