"""A table that a bot holds, as a TRUNCATE does till its transaction ends, holds up nobody."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from hsl.projections.fold import fold
from tests import cast
from tests.api.conftest import Program
from tests.api.test_answers import book
from tests.commands.product import ROOT, environment
from tests.databases import Database


@pytest.fixture
def truncating(school: psycopg.Connection, bot: psycopg.Connection) -> Iterator[psycopg.Connection]:
    """The bot in the middle of a transaction that has truncated bookings, and will the rest; it is committed."""
    book(school, 1, "3rd_stream")
    fold(school)
    with bot.transaction():
        bot.execute("TRUNCATE public.bookings")
        yield bot
        bot.execute("TRUNCATE public.free_lesson_registrations, public.events")


def test_the_api_answers_503_and_the_bot_goes_on(owner: Program, truncating: psycopg.Connection) -> None:
    answer = owner("GET", "/api/users/1")

    assert answer.status_code == 503
    assert answer.json() == {"detail": "Another program holds the table; try again in a moment"}


@pytest.mark.parametrize(
    ("language", "sentence"),
    [("en", "Another program holds the table"), ("ru", "Таблица занята другой программой")],
)
def test_a_page_says_so_and_the_bot_goes_on(
    truncating: psycopg.Connection, language: str, sentence: str
) -> None:
    answer = cast.signed_in(cast.hire().owner).get("/people/1", headers={"Accept-Language": language})

    assert answer.status_code == 503
    assert sentence in answer.content.decode()


def test_no_statement_of_the_web_server_waits_long_for_a_table(
    session_database: Database, tmp_path: Path
) -> None:
    ask = (
        "import hsl.wsgi\n"
        "from django.db import connection\n"
        "with connection.cursor() as cursor:\n"
        "    print(*cursor.execute('SHOW lock_timeout').fetchone(), *cursor.execute('SHOW search_path').fetchone())\n"
        "connection.close()\n"
        "connection.close_pool()\n"
    )
    settings = environment(tmp_path, DATABASE_URL=session_database.url, HSL_SECRET_KEY="x" * 50)
    asked = subprocess.run(
        [sys.executable, "-c", ask], env=settings, cwd=ROOT, capture_output=True, text=True, check=True
    )

    assert asked.stdout.split() == ["500ms", "hsl,public"]
