"""Two workers that are not quite alike, in their clocks or tokens; and another program that deletes beside them."""

from tests.faults.room import Room


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
