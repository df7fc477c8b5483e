"""A bot whose facts hang on its own table of users: what a DELETE, UPDATE or TRUNCATE there takes along is counted."""

import pytest

from hsl.projections.fold import fold_to_the_end
from tests.adoption.bots import SCHOOL, BotDatabase, adopt, as_hsl
from tests.databases import Database
from tests.projections.facts import is_true

CHILDREN = """
INSERT INTO users (user_id) SELECT user_id FROM bookings UNION SELECT user_id FROM events WHERE user_id IS NOT NULL;
ALTER TABLE bookings ADD FOREIGN KEY (user_id) REFERENCES users ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE events ADD FOREIGN KEY (user_id) REFERENCES users ON DELETE CASCADE ON UPDATE CASCADE
"""
COUNTED = """
SELECT (SELECT count(*) FROM user_cache), (SELECT sum(bookings) FROM user_activity),
       (SELECT sum(events) FROM user_activity), (SELECT n FROM totals_now WHERE name = 'people'),
       coalesce((SELECT n FROM totals_now WHERE name = 'bookings'), 0)
"""
FACTS = """
WITH people AS (SELECT user_id FROM bookings UNION SELECT user_id FROM events UNION
                SELECT user_id FROM free_lesson_registrations)
SELECT (SELECT count(user_id) FROM people), (SELECT count(user_id) FROM bookings), (SELECT count(user_id) FROM events),
       (SELECT count(user_id) FROM people), (SELECT count(*) FROM bookings)
"""


@pytest.fixture
def with_children(bot_database: BotDatabase) -> Database:
    """A bot's school, adopted, whose bookings and events go with their user."""
    database = bot_database()
    database.execute(SCHOOL)
    database.execute(CHILDREN)
    adopt(database)
    return database


@pytest.mark.parametrize(
    ("statement", "bookings_left"),
    [
        ("DELETE FROM users WHERE user_id = 1", 41),
        ("DELETE FROM users WHERE user_id % 2 = 0", 23),
        ("DELETE FROM users", 0),
        ("TRUNCATE users CASCADE", 0),
        ("UPDATE users SET user_id = user_id + 1000 WHERE user_id % 3 = 0", 44),
    ],
)
def test_what_goes_with_its_user_is_counted(
    with_children: Database, statement: str, bookings_left: int
) -> None:
    with with_children.connect() as bot, as_hsl(with_children) as ours:
        assert ours.execute("SELECT count(*) FROM bookings").fetchone() == (44,)
        bot.execute(statement.encode())
        fold_to_the_end(ours)
        assert ours.execute("SELECT count(*) FROM bookings").fetchone() == (bookings_left,)
        assert ours.execute(COUNTED).fetchone() == ours.execute(FACTS).fetchone()
        assert is_true(ours)


def test_users_who_go_and_come_back_in_one_transaction_are_counted(with_children: Database) -> None:
    with with_children.connect() as bot, as_hsl(with_children) as ours:
        bot.execute("""
            BEGIN;
            DELETE FROM users WHERE user_id < 20;
            INSERT INTO users (user_id) SELECT generate_series(1, 5);
            INSERT INTO bookings (user_id, course_id, confirmed) SELECT generate_series(1, 5), 1, 2;
            SAVEPOINT emptied; TRUNCATE users CASCADE; ROLLBACK TO emptied;
            COMMIT
        """)
        fold_to_the_end(ours)
        assert ours.execute("SELECT bookings FROM user_activity WHERE user_id < 6").fetchall() == [(1,)] * 5
        assert ours.execute(COUNTED).fetchone() == ours.execute(FACTS).fetchone()
        assert is_true(ours)
