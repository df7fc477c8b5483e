"""After ``hsl migrate`` the numbers are true, and stay true while the bot writes and we count everything again."""

from collections.abc import Callable

from hsl.projections.fold import fold_to_the_end
from hsl.projections.recount import ask_rebuild
from hsl.projections.verify import verify
from hsl.school.rules import BUSY, broken_rules
from tests.adoption import writers
from tests.adoption.bots import Connection, as_hsl
from tests.databases import Database

PEOPLE = """
SELECT count(DISTINCT user_id) FROM (
  SELECT user_id FROM bookings UNION SELECT user_id FROM events UNION SELECT user_id FROM free_lesson_registrations
) AS all_users
"""


def test_what_was_there_is_counted(adopted: Database) -> None:
    with as_hsl(adopted) as ours:
        people = ours.execute(PEOPLE).fetchone()
        assert ours.execute("SELECT n FROM totals_now WHERE name = 'people'").fetchone() == people
        assert ours.execute("SELECT count(*) FROM user_cache").fetchone() == people
        found = verify(ours)
        assert found.clean, found.differences[0].examples


def test_what_the_bot_writes_afterwards_is_counted(adopted: Database) -> None:
    with adopted.connect() as bot, as_hsl(adopted) as ours:
        bot.execute("INSERT INTO events (user_id, event_type) VALUES (777, 'start_command')")
        bot.execute("UPDATE bookings SET user_id = 778 WHERE user_id = 5")
        bot.execute("TRUNCATE free_lesson_registrations")
        fold_to_the_end(ours)
        assert ours.execute("SELECT count(*) FROM user_cache").fetchone() == ours.execute(PEOPLE).fetchone()
        found = verify(ours)
        assert found.clean, found.differences[0].examples


def test_everything_is_counted_again_while_the_bot_writes(adopted: Database) -> None:
    with as_hsl(adopted) as ours:
        with writers.at_work(
            adopted, writers.one_by_one, writers.upserts, writers.copies, writers.emptying
        ) as errors:
            ask_rebuild(ours)
            fold_to_the_end(ours)
        assert errors == []
        fold_to_the_end(ours)
        found = verify(ours)
        assert found.clean, found.differences[0].examples


def test_rules_that_the_bot_broke_are_counted_with_examples(adopted: Database) -> None:
    with adopted.connect() as bot, as_hsl(adopted) as ours:
        bot.execute("""
            TRUNCATE bookings, events, free_lesson_registrations RESTART IDENTITY CASCADE;
            INSERT INTO bookings (user_id, course_id, course_stream, confirmed, discount_percent) VALUES
              (5, 1, '4th_stream', 0, 250), (5, 1, '4th_stream', 1, 0), (6, 1, '4th_stream', -1, 0),
              (6, 1, '4th_stream', 2, -1), (7, 1, 'nowhere', 2, 0), (8, 2, NULL, 7, 0), (8, 2, NULL, 2, 0);
            ALTER TABLE free_lesson_registrations DROP CONSTRAINT free_lesson_registrations_user_id_lesson_type_key;
            INSERT INTO free_lesson_registrations (user_id, email, lesson_type, registered_at) VALUES
              (1, 'a@example.com', 'figma', 'infinity'), (1, 'a@example.com', 'figma', now()),
              (2, 'A@Example.com', 'x', now()),
              (3, NULL, 'x', now());
            INSERT INTO events (user_id, event_type) VALUES (NULL, 'start_command'), (NULL, 'view_program')
        """)
        fold_to_the_end(ours)
        rules = broken_rules(ours)
    about = {broken.what: broken.about for broken in rules}
    assert about["people with two active bookings of one course and stream"] == [
        {"user_ids": [5], "course_id": 1, "course_stream": "4th_stream"}
    ]
    assert about["emails of more than one person"] == [{"user_ids": [1, 2], "email": "A@Example.com"}]
    assert about["streams that are not listed"] == [
        {"course_id": 1, "course_stream": "nowhere", "unlisted": True}
    ]
    assert about["bookings with a discount outside 0 to 100"] == [
        {"user_ids": [5], "booking": 1, "value": "250 %"},
        {"user_ids": [6], "booking": 4, "value": "-1 %"},
    ]
    found = {broken.what: (broken.n, broken.examples) for broken in rules}
    assert found == {
        "people with two active bookings of one course and stream": (
            1,
            ["user 5, course 1, 4th_stream: 2 bookings"],
        ),
        "emails of more than one person": (1, ["A@Example.com: users {1,2}"]),
        "people registered without an email": (1, ["user 3"]),
        "streams that are not listed": (1, ["course 1, nowhere: 1 bookings"]),
        "bookings neither new, cancelled, pending nor confirmed": (1, ["confirmed = 7: 1 bookings"]),
        "bookings with a discount outside 0 to 100": (2, ["booking 1: 250", "booking 4: -1"]),
        "facts at an impossible time": (1, ["registrations: 1"]),
        "facts without a user_id": (2, ["events: 2 rows without user_id"]),
    }


def test_a_fresh_school_breaks_no_rule_by_what_its_constraints_allow(school: Connection) -> None:
    school.execute("""
        INSERT INTO public.bookings (user_id, course_id, course_stream)
        VALUES (1, 1, '4th_stream'), (2, 1, NULL), (2, 1, NULL);
        INSERT INTO public.free_lesson_registrations (user_id, email, lesson_type, lesson_date)
        VALUES (2, 'b@example.com', NULL, NULL), (2, 'b@example.com', NULL, NULL),
               (2, 'b@example.com', NULL, '2026-03-01'), (2, 'b@example.com', NULL, '2026-03-01'),
               (2, 'b@example.com', 'figma', NULL), (2, 'b@example.com', 'figma', NULL),
               (2, 'b@example.com', 'figma', '2026-03-01');
        INSERT INTO public.events (user_id, event_type) VALUES (1, NULL), (1, NULL)
    """)
    fold_to_the_end(school)
    assert broken_rules(school) == []


def test_registrations_for_one_lesson_and_date_are_counted_beside_those_without_a_date(
    fresh_database: Callable[[], Database],
) -> None:
    database = fresh_database()
    database.execute("""
        DROP INDEX free_lesson_registrations_one_a_lesson;
        INSERT INTO free_lesson_registrations (user_id, email, lesson_type, lesson_date)
        VALUES (1, 'a@example.com', 'figma', '2026-03-01'), (1, 'a@example.com', 'figma', '2026-03-01'),
               (2, 'b@example.com', 'figma', '2026-03-01'), (2, 'b@example.com', 'figma', '2026-03-01'),
               (2, 'b@example.com', 'figma', NULL),
               (3, 'c@example.com', 'figma', '2026-03-01'), (3, 'c@example.com', 'figma', NULL),
               (3, 'c@example.com', 'figma', NULL)
    """)
    with as_hsl(database) as ours:
        fold_to_the_end(ours)
        (broken,) = broken_rules(ours)
    assert broken.what == "people registered twice for one lesson and date"
    assert broken.examples == ["user 1, figma: 2 registrations", "user 2, figma: 3 registrations"]


def test_a_locked_table_keeps_no_rule_but_its_own_from_being_looked_at(adopted: Database) -> None:
    with adopted.connect() as bot, as_hsl(adopted) as ours:
        bot.execute("TRUNCATE bookings, events, free_lesson_registrations RESTART IDENTITY CASCADE")
        bot.execute("INSERT INTO free_lesson_registrations (user_id, email) VALUES (3, NULL)")
        fold_to_the_end(ours)
        bot.execute("BEGIN; LOCK TABLE bookings IN ACCESS EXCLUSIVE MODE")
        found = {broken.what: (broken.n, broken.examples) for broken in broken_rules(ours)}
        bot.execute("ROLLBACK")
    assert found["people registered without an email"] == (1, ["user 3"])
    assert found["people with two active bookings of one course and stream"] == (0, [BUSY])
