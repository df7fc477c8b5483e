"""Bad days one after another, for as long as one likes: ``make soak MINUTES=10 SEED=1``. Not part of the suite."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from random import Random

from hsl.broadcasts import controls
from hsl.school.refusals import ConflictError
from tests.faults.room import Room

PEOPLE = 600
CHAOS_SECONDS = 20
FAULTS = (
    {"kind": "drop"},
    {"kind": "drop", "accepted": True},
    {"kind": "error", "status": 502, "accepted": True},
    {"kind": "error", "status": 500},
    {"kind": "throttle", "seconds": 1},
    {"kind": "throttle", "seconds": 4},
    {"kind": "unreadable", "accepted": True},
    {"kind": "slow", "seconds": 2},
)
UNKNOWN = """
SELECT user_id FROM public.message_recipients WHERE message_id = %s AND delivery_status = 'unknown'
"""


class Soak:
    """Random misfortunes over one broadcast after another, and what became of everybody."""

    def __init__(self, room: Room, seed: int) -> None:
        self.room, self.random, self.done = room, Random(seed), Counter[str]()
        self.frozen: list[subprocess.Popen[bytes]] = []
        self.message = 0

    def run(self) -> None:
        """One broadcast, through misfortunes, to its end."""
        self.room.telegram.reset()
        self.room.conn.execute("UPDATE bots SET held_until = NULL, rate_since = 'epoch', climb_seconds = 3")
        self.done["runs"] += 1
        self.message = self.room.send(f"Прогон {self.done['runs']}. Привет, {{first_name|друг}}!")
        end = time.monotonic() + CHAOS_SECONDS
        while time.monotonic() < end and self.room.status(self.message) != "sent":
            self.random.choice([self.kill, self.freeze, self.thaw, self.fault, self.pause, self.nothing])()
            time.sleep(self.random.uniform(0.1, 1.5))
        self.calm_down()
        self.account()

    def kill(self) -> None:
        """One worker of those there are, and start another."""
        worker = self.random.choice(self.room.workers)
        self.room.kill(worker)
        self.room.workers.remove(worker)
        self.frozen = [one for one in self.frozen if one is not worker]
        self.room.worker()
        self.done["kills"] += 1

    def freeze(self) -> None:
        """One worker, for a while."""
        worker = self.random.choice(self.room.workers)
        worker.send_signal(signal.SIGSTOP)
        self.frozen.append(worker)
        self.done["freezes"] += 1

    def thaw(self) -> None:
        """All that are frozen go on."""
        for worker in self.frozen:
            worker.send_signal(signal.SIGCONT)
        self.frozen = []

    def fault(self) -> None:
        """Something goes wrong at Telegram's, some times."""
        fault = dict(self.random.choice(FAULTS))
        times = 1 if fault["kind"] == "throttle" else self.random.randint(1, 4)
        self.room.telegram.faults(fault | {"rate": 0.2, "times": times})
        self.done["faults"] += 1

    def pause(self) -> None:
        """An operator pauses, and goes on."""
        for act in (controls.pause, controls.resume):
            try:
                act(self.message, actor=None)
            except ConflictError:
                return
            time.sleep(self.random.uniform(0, 0.5))
        self.done["pauses"] += 1

    def nothing(self) -> None:
        """For a while all goes well."""

    def calm_down(self) -> None:
        """Nothing goes wrong any more, and what was paused goes on."""
        self.thaw()
        self.room.telegram.faults()
        if self.room.status(self.message) == "paused":
            controls.resume(self.message, actor=None)
        self.room.until_over(self.message)

    def account(self) -> None:
        """Nobody twice, nobody lost."""
        rows = self.room.check(self.message, unknown_at_most=PEOPLE)
        assert sum(rows.values()) == PEOPLE
        self.done.update(rows)
        unknown = {who for (who,) in self.room.conn.execute(UNKNOWN, [self.message]).fetchall()}
        self.done["unknown, received"] += len(
            unknown & self.room.received(self.room.text(self.message)).keys()
        )


def test_bad_days_one_after_another(room: Room) -> None:
    minutes, seed = float(os.environ.get("MINUTES", "10")), int(os.environ.get("SEED", "1"))
    sys.stdout.write(f"\nsoak: {minutes:g} minutes, seed {seed}\n")
    room.people(PEOPLE)
    for _ in range(3):
        room.worker()
    soak = Soak(room, seed)
    end = time.monotonic() + minutes * 60
    while time.monotonic() < end:
        soak.run()
    told = ", ".join(f"{name} {times:,}" for name, times in sorted(soak.done.items()))
    sys.stdout.write(f"soak: {told}; duplicates 0, lost 0\n")
