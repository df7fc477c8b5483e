"""Two workers that are not quite alike, in their clocks or tokens; and another program that deletes beside them."""

import os
from pathlib import Path

from hsl.broadcasts.content import Content
from tests.faults.room import Room
from tests.waiting import until

AHEAD = """
import time
_by_the_host = time.time
time.time = lambda: _by_the_host() + {seconds}
"""
OTHER_TOKEN = "7000000002:of-another-bot"


def test_paid_and_free_take_turns_also_where_the_hosts_clocks_differ(room: Room, tmp_path: Path) -> None:
    """By their own clocks one of the two would be at paid messages at any time, and no free one would ever go."""
    (tmp_path / "sitecustomize.py").write_text(AHEAD.format(seconds=5))
    room.people(6000)
    path = os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", "")])
    paid = room.send("Платное")
    for worker in ({}, {"PYTHONPATH": path}):
        room.worker(**worker)
    room.until_sent(paid, 50)
    free = room.send_content(Content("Бесплатное"), *range(1, 31))
    until(lambda: room.rows(free)["sent"] == 30, "the free one arrived")

    assert room.rows(paid)["pending"] > 0, "it had to wait for the end of the paid one"


def test_a_message_that_the_former_bot_began_says_so_and_others_go_out_with_the_new_one(room: Room) -> None:
    room.people(200)
    begun = room.send("Начато")
    former = room.worker()
    room.until_sent(begun, 30)
    former.terminate()
    former.wait()
    got = room.received("Начато")

    room.worker(HSL_BOT_TOKEN=OTHER_TOKEN)
    until(lambda: room.status(begun) == "paused", "the one that was begun is paused")
    assert room.value("SELECT paused_reason FROM broadcasts") == "other_bot"
    after = room.send_content(Content("После"))
    until(lambda: room.rows(after)["sent"] >= 20, "the next one goes out with the new bot")

    assert {message["bot_id"] for message in room.telegram.received(text="После")} == {7000000002}
    assert room.received("Начато") == got
    assert room.value("SELECT bot_id FROM broadcasts WHERE message_id = %s", after) == 7000000002


def test_another_program_deletes_recipients_while_they_are_written_to(room: Room) -> None:
    room.people(400)
    room.telegram.set(latency=0.1)
    message = room.send()
    for _ in range(2):
        room.worker()
    for sent in (40, 120, 200):
        room.until_sent(message, sent)
        room.conn.execute(
            """DELETE FROM public.message_recipients WHERE id IN (
                 SELECT id FROM (
                   SELECT id, row_number() OVER (PARTITION BY delivery_status ORDER BY id DESC) AS n
                   FROM public.message_recipients) AS each WHERE n <= 9)"""
        )
    room.until_over(message)

    rows = room.rows(message)
    assert set(rows) <= {"sent"}
    assert max(room.received().values()) == 1
    told = room.conn.execute(
        "SELECT total_recipients, successful_deliveries FROM public.message_history"
    ).fetchall()
    assert told == [(rows["sent"], rows["sent"])]
    assert room.value("SELECT sum(people)::integer FROM delivery_counts") == rows["sent"]
