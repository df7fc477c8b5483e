"""``hsl import`` and ``hsl demo`` as a person at the terminal meets them."""

import os
import pty
import re
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from tests.databases import Database


def hsl(database: Database, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "hsl", *arguments],
        env={**os.environ, "DATABASE_URL": database.url, "HSL_SECRET_KEY": "of-this-test", "COLUMNS": "160"},
        capture_output=True,
        text=True,
        check=False,
    )


def at_a_terminal(database: Database, *arguments: str) -> list[str]:
    """All that a command draws on a terminal of its own, which is its standard error, line by line."""
    ours, its = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-m", "hsl", *arguments],
        env={**os.environ, "DATABASE_URL": database.url, "HSL_SECRET_KEY": "of-this-test", "COLUMNS": "120"},
        stdout=subprocess.DEVNULL,
        stderr=its,
    ):
        os.close(its)
        drawn = b""
        with (
            suppress(OSError),
            os.fdopen(ours, "rb", buffering=0) as terminal,
        ):  # EIO where nobody writes any more
            while more := terminal.read(1 << 16):
                drawn += more
    return re.split(r"[\r\n]+", re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", drawn.decode()).strip())


def test_a_file_with_a_bad_line_is_refused_and_the_good_lines_come_in_on_request(
    fresh_database: Callable[[], Database], tmp_path: Path
) -> None:
    database, file, errors = fresh_database(), tmp_path / "bookings.csv", tmp_path / "errors.csv"
    file.write_text("Telegram ID;поток;статус\n1;3rd_stream;0\n2;[b]9th;2\n", encoding="cp1251")
    arguments = ("import", "bookings", str(file), "--column", "user_id=Telegram ID", "--map", "confirmed:0=1")

    refused = hsl(database, *arguments, "--errors", str(errors))
    assert refused.returncode == 1
    assert "[b]9th" in refused.stdout
    assert "Nothing was imported" in refused.stderr
    assert errors.read_text().splitlines()[1].startswith("3,course_stream,[b]9th,no such stream of course 1,")

    skipped = hsl(database, *arguments, "--skip-bad")
    assert (skipped.returncode, skipped.stderr) == (0, "")
    assert "2 lines: 1 good, 1 bad. 1 inserted, 0 updated." in skipped.stdout
    with database.connect() as conn:
        assert conn.execute("SELECT user_id, confirmed FROM public.bookings").fetchall() == [(1, 1)]


def test_the_terminal_names_each_step_of_an_import_and_ends_it_where_the_next_begins(
    fresh_database: Callable[[], Database], tmp_path: Path
) -> None:
    database, file = fresh_database(), tmp_path / "events.csv"
    file.write_text("user_id,event_type\n" + "".join(f"{n},start_command\n" for n in range(1, 1001)))
    steps = ["Reading the file", "Checking the rows", "Writing the rows", "Bringing the pages up to date"]
    done = r" +━+ 100% \d:\d\d:\d\d"

    drawn = at_a_terminal(database, "import", "events", str(file))
    for step, line in zip(steps, drawn[-4:], strict=True):
        assert re.fullmatch(step + done, line.strip())
    begun = next(place for place, line in enumerate(drawn) if line.startswith("Writing"))
    assert "%" not in drawn[begun]
    assert re.fullmatch("Checking the rows" + done, drawn[begun - 1].strip())
    shares = [re.findall(r"(\d+)%", line) for line in drawn if line.startswith("Bringing")]
    assert shares[:2] == [[], []]  # it begins before it is known how many people there are
    assert any(0 < int(share) < 100 for found in shares for share in found)

    tried = at_a_terminal(database, "import", "events", str(file), "--dry-run")
    for step, line in zip(steps[:2], tried[-2:], strict=True):
        assert re.fullmatch(step + done, line.strip())
    assert not [line for line in tried if line.startswith(("Writing", "Bringing"))]


def test_the_sample_school_is_loaded_once(fresh_database: Callable[[], Database]) -> None:
    database = fresh_database()
    first, second = hsl(database, "demo"), hsl(database, "demo")
    assert (first.returncode, first.stderr) == (0, "")
    assert "The sample school is there" in first.stdout
    assert second.returncode == 1
    assert second.stderr.startswith("hsl: The sample school is not loaded")


def test_what_makes_no_sense_is_said_without_a_traceback(
    fresh_database: Callable[[], Database], tmp_path: Path
) -> None:
    database, file = fresh_database(), tmp_path / "events.csv"
    file.write_bytes(b"\xff\xfeu\0s\0")
    for arguments in (("events", str(file)), ("events", str(file), "--map", "confirmed=1")):
        run = hsl(database, "import", *arguments)
        assert run.returncode == 1
        assert run.stderr.startswith("hsl: ")
        assert "Traceback" not in run.stderr


def test_files_that_can_not_be_opened_are_named_in_a_sentence(
    fresh_database: Callable[[], Database], tmp_path: Path
) -> None:
    database, file, pipe = fresh_database(), tmp_path / "events.csv", tmp_path / "pipe"
    file.write_text("user_id,event_type\n1,start_command\n")
    os.mkfifo(pipe)
    nowhere = tmp_path / "nowhere" / "x.csv"
    for arguments, said in (
        ((str(file), "--errors", str(nowhere)), f"--errors {nowhere} can't be written: No such file"),
        ((str(file), "--errors", str(tmp_path)), f"--errors {tmp_path} can't be written: Is a directory"),
        ((str(tmp_path),), f"{tmp_path} is no file that can be read twice"),
        ((str(pipe),), f"{pipe} is no file that can be read twice"),
        ((str(nowhere),), f"{nowhere} can't be read: No such file or directory"),
    ):
        run = hsl(database, "import", "events", *arguments)
        assert run.returncode == 1
        assert run.stderr.startswith(f"hsl: {said}")
        assert run.stderr.count("\n") == 1
    with database.connect() as conn:
        assert conn.execute("SELECT count(*) FROM public.events").fetchone() == (0,)


def test_pages_are_true_after_an_import_where_no_worker_runs(
    fresh_database: Callable[[], Database], tmp_path: Path
) -> None:
    database, file = fresh_database(), tmp_path / "events.csv"
    file.write_text("user_id,event_type\n1,start_command\n")
    people = "SELECT user_id FROM hsl.user_cache"
    with database.connect() as conn:
        assert hsl(database, "import", "events", str(file), "--dry-run").returncode == 0
        assert conn.execute(people).fetchall() == []
        assert hsl(database, "import", "events", str(file)).returncode == 0
        assert conn.execute(people).fetchall() == [(1,)]
        assert conn.execute("SELECT count(*) FROM hsl.changes").fetchone() == (0,)
