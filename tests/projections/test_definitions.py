"""What each projection says of people, on facts so dense that every rule has its cases.

Random histories find lost and late changes; a wrong rule hides in them, for few people have many facts there.
"""

import random
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

import pytest

from hsl.projections.adoption import migrate
from hsl.projections.fold import Folder, fold_to_the_end
from hsl.projections.gate import Connection
from hsl.projections.verify import verify
from tests.databases import Database
from tests.projections.facts import is_true
from tests.projections.statements import LOOSE_TABLES

PEOPLE = 400
ROWS = 2400
NAMES = [None, "", "anna", "Anna", "ЁЖИК", "Олег", "<b>x</b>", "a\nb"]
TIMES = [None, *(f"2025-09-{day:02} 20:{minute:02}:00+00" for day in range(1, 5) for minute in (0, 15, 59))]
EMAILS = [None, "", "a@example.com", "b@example.com"]
LESSONS = [None, "", "intro", "вводный"]
DATES = [None, "2025-09-01", "2025-09-02", "2025-09-03"]


@pytest.fixture
def dense(bot_database: Callable[[], Database], request: pytest.FixtureRequest) -> Iterator[Connection]:
    """A bot's database in which each person has some facts of each kind, adopted and filled."""
    database = bot_database()
    database.execute(LOOSE_TABLES)
    with closing(database.connect()) as bot:
        write(bot, random.Random(request.param))
    with database.as_django():
        migrate()
    with closing(database.connect(options="-c search_path=hsl,public")) as conn:
        yield conn


def write(bot: Connection, dice: random.Random) -> None:
    """Copy the facts in, each value drawn by itself."""
    some = dice.choice

    def person() -> int:
        return dice.randrange(PEOPLE)

    def click() -> str | None:
        lesson, date = some(['"intro"', '"вводный"', "null"]), some(['"2025-09-02"', '"2025-02-30"', "null"])
        return some(
            [
                None,
                '{"username": "from_details", "course_id": 2}',
                '{"course_id": "1"}',
                f'{{"lesson_type": {lesson}, "lesson_date": {date}}}',
            ]
        )

    copy(
        bot,
        "bookings (user_id, username, first_name, course_id, course_stream, confirmed, created_at, referral_code)",
        lambda: (person(), some(NAMES), some(NAMES), some([1, 2, None]), some([None, "3rd_stream", "4th_stream"]),
                 some([None, 0, 1, 2, -1, -1, -1]), some(TIMES), some([None, "", "A", "B"])),
    )  # fmt: skip
    copy(
        bot,
        "free_lesson_registrations (user_id, username, first_name, email, registered_at, lesson_type, lesson_date)",
        lambda: (person(), some(NAMES), some(NAMES), some(EMAILS), some(TIMES), some(LESSONS), some(DATES)),
    )
    copy(
        bot,
        "events (user_id, event_type, created_at, details)",
        lambda: (person(), some(["lesson_link_clicked", "view_program", None]), some(TIMES), click()),
    )


def copy(bot: Connection, columns: str, row: Callable[[], tuple[Any, ...]]) -> None:
    with bot.cursor().copy(f"COPY public.{columns} FROM STDIN".encode()) as rows:
        for _ in range(ROWS):
            rows.write_row(row())


@pytest.mark.parametrize("dense", [1, 2], indirect=True)
def test_a_fill_says_of_everybody_what_the_facts_say(dense: Connection) -> None:
    assert verify(dense).people_compared == PEOPLE
    assert is_true(dense)


@pytest.mark.parametrize("dense", [3], indirect=True)
def test_a_fold_says_of_everybody_what_the_facts_say_after_changes(dense: Connection) -> None:
    dense.execute("DELETE FROM public.bookings WHERE id % 3 = 0")
    dense.execute("UPDATE public.bookings SET confirmed = -1 WHERE id % 5 = 0")
    dense.execute("UPDATE public.free_lesson_registrations SET lesson_date = '2025-09-02' WHERE id % 4 = 0")
    dense.execute("UPDATE public.events SET user_id = user_id + 1 WHERE id % 7 = 0")
    Folder(dense).merge()
    fold_to_the_end(dense)  # also where autovacuum cuts off what was deleted
    assert is_true(dense)
    Folder(dense).merge()
    assert is_true(dense)
