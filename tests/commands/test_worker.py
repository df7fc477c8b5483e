"""``hsl worker`` runs jobs, and what it leaves behind after kill -9 the next one takes up."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from hsl.accounts.models import Operator
from hsl.jobs.models import Job, State
from hsl.jobs.queries import lost
from hsl.school.importing import jobs, uploads
from hsl.school.models import Booking, Import
from tests import cast
from tests.commands.product import environment
from tests.databases import Database
from tests.waiting import until

ROWS = 3_000


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HSL_DATA_DIR", str(tmp_path))
    return tmp_path


@contextmanager
def worker(database: Database, data: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A real one; stopped at the end."""
    settings = environment(data, DATABASE_URL=database.url, HSL_SECRET_KEY="k" * 40)
    process = subprocess.Popen(
        [sys.executable, "-m", "hsl", "worker"],
        env=settings,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        process.terminate()
        process.wait(60)


def uploaded(operator: Operator) -> Import:
    one = Import.objects.create(
        kind="bookings", file_name="big.csv", size=1, operator=operator, actor="Борис", checked={}
    )
    lines = [f"{number},3rd_stream,1" for number in range(1, ROWS + 1)]
    uploads.file_of(one.pk).write_text(
        "\n".join(["user_id,course_stream,confirmed", *lines]), encoding="utf-8"
    )
    return one


def test_an_import_that_kill_9_breaks_off_is_begun_again_and_written_once(
    fresh_database: Callable[[], Database], data: Path
) -> None:
    database = fresh_database()
    with database.as_django(), database.connect() as blocker, database.connect() as onlooker:
        operator = cast.hire().manager
        one = uploaded(operator)
        # The import gets as far as its writing and waits there, in the middle of its transaction.
        with blocker.transaction():
            blocker.execute("LOCK TABLE public.bookings IN EXCLUSIVE MODE")
            with worker(database, data) as first:
                job = jobs.begin(one.pk, operator, skip_bad=False)
                assert job
                until(lambda: _waits(onlooker), "the import waits")
                os.kill(first.pid, signal.SIGKILL)
                first.wait(60)
        until(lambda: lost() == [job.pk], "found lost")
        assert not Booking.objects.exists()
        with worker(database, data):
            until(lambda: Job.objects.get(pk=job.pk).state == State.DONE, "done by the next worker")
        assert Booking.objects.count() == ROWS
        assert Job.objects.get(pk=job.pk).attempts == 2


def _waits(conn: psycopg.Connection) -> bool:
    row = conn.execute(
        "SELECT EXISTS (SELECT FROM pg_locks JOIN pg_stat_activity USING (pid) WHERE NOT granted"
        " AND relation = 'public.bookings'::regclass AND query LIKE '%INSERT INTO%')"
    ).fetchone()
    return bool(row and row[0])
