"""A message is edited and recalled in every chat, and an operator has failed and unknown deliveries sent again, while
workers die."""

from contextlib import suppress

from hsl.broadcasts import controls
from hsl.broadcasts.content import Content
from hsl.school.refusals import ConflictError
from tests.faults.room import Room
from tests.waiting import until


def acted(room: Room, act: int, state: str) -> int:
    return int(
        room.value("SELECT count(*) FROM message_act_rows WHERE act_id = %s AND state = %s", act, state)
    )


def test_messages_are_edited_and_recalled_while_an_operator_stops_and_workers_die(room: Room) -> None:
    room.people(60)
    edited, recalled = room.send("Первое"), room.send("Второе")
    worker = room.worker()
    for message in (edited, recalled):
        room.until_over(message)

    room.telegram.faults({"kind": "drop", "accepted": True, "rate": 0.02, "times": 2})
    stopped = controls.edit(edited, Content("Первое, иначе"), actor=None)
    until(lambda: acted(room, stopped, "done") > 10, "some are edited")
    controls.stop_act(edited, stopped, actor=None)
    recall = controls.recall(recalled, actor=None)
    until(lambda: acted(room, recall, "done") > 10, "some are recalled")
    room.kill(worker)
    room.worker()
    until(
        lambda: room.value("SELECT status FROM message_acts WHERE id = %s", recall) == "done",
        "all are recalled",
    )
    until(lambda: room.is_counted(recalled), "the specification's counter")

    first, second = room.telegram.received(text="Первое"), room.telegram.received(text="Второе")
    assert [message for message in first if message["deleted_at"]] == []
    assert acted(room, stopped, "wanted") > 0
    assert len(second) == 60
    assert [message for message in second if not message["deleted_at"]] == []
    assert acted(room, recall, "done") == 60
    assert room.rows(recalled) == {"deleted": 60}
    assert room.rows(edited) == {"sent": 60}


def test_an_operator_sends_again_to_whom_it_failed_and_to_whom_it_is_unknown(room: Room) -> None:
    room.people(100)
    room.telegram.people(blocked=[1, 2, 3, 4])
    room.telegram.faults(
        {"kind": "drop", "chat_ids": [10, 20], "times": 2},
        {"kind": "error", "status": 502, "accepted": True, "chat_ids": [30], "times": 1},
        {"kind": "slow", "seconds": 0.3},
    )
    room.rate = 60
    message = room.send("Всем")
    room.worker()
    until(lambda: room.rows(message)["unknown"] == 3, "the unknown")
    assert room.rows(message)["failed"] == 4
    room.telegram.people(reachable=[1, 2, 3, 4])
    assert controls.retry_failed(message, actor=None) == 4

    def sent_again() -> bool:
        with suppress(ConflictError):
            controls.resend_unknown(message, actor=None)
        return not room.rows(message)["unknown"]

    until(sent_again, "the unknown are sent again, once they are old enough")
    room.until_over(message)
    received = room.received("Всем")
    assert received.pop(30) == 2, "it had arrived, and nobody could know"
    assert set(received.values()) == {1}
    assert room.rows(message) == {"sent": 100}
