"""The benchmarks run from an empty database to the table, and leave the school as they found it."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from benchmarks.figures import Figure, Times
from benchmarks.report import row
from benchmarks.run import run
from hsl.refusal import Refusal
from tests.databases import Database

TINY = 0.0005


def counts(database: Database) -> list[tuple[object, ...]]:
    with database.connect() as conn:
        return conn.execute(
            "SELECT 'events', count(*), sum(id) FROM public.events UNION ALL "
            "SELECT 'registrations', count(*), sum(id) FROM public.free_lesson_registrations UNION ALL "
            "SELECT 'bookings', count(*), sum(id) FROM public.bookings ORDER BY 1"
        ).fetchall()


def test_a_run_prints_every_part_and_leaves_the_school_as_it_was(
    fresh_database: Callable[[], Database], capsys: pytest.CaptureFixture[str]
) -> None:
    database = fresh_database()
    with database.as_django():
        run(database.url, TINY, 1, 0, "reads")
        made = counts(database)
        run(database.url, TINY, 1, 0, "pages,folding,writers")
    printed = capsys.readouterr().out
    for part in (
        "Search",
        "Numbers",
        "Lists",
        "A person's page",
        "Обзор",
        "Pages of groups",
        "The fold",
        "Writers",
    ):
        assert f"| **{part}" in printed
    assert "verify, clean" in printed
    assert counts(database) == made


def test_a_snapshot_that_stays_open_is_measured_against_none(
    fresh_database: Callable[[], Database], capsys: pytest.CaptureFixture[str]
) -> None:
    database = fresh_database()
    with database.as_django():
        run(database.url, TINY, 1, 0, "pages")
        made = counts(database)
        run(database.url, TINY, 1, 1 / 60, "pages")
    printed = capsys.readouterr().out
    assert "| Pages of groups: all (" in printed
    assert "| The machine itself: the same work each time, before pages" in printed
    assert "| hot row: the newest taking" in printed
    assert counts(database) == made


def test_somebodys_facts_are_never_mixed_with_a_generated_school(
    fresh_database: Callable[[], Database],
) -> None:
    database = fresh_database()
    database.execute("INSERT INTO public.events (user_id) VALUES (1)")
    with database.as_django(), pytest.raises(Refusal, match="other facts"):
        run(database.url, TINY, 1, 0, "reads")


def test_a_figure_beyond_its_limit_is_shown_as_missed() -> None:
    slow = Figure("Part", "slow", 12, "ms", 10, ours=Times((0.012,)), specification=Times((0.6,)))
    assert row(slow) == "| slow | 600.0, 600.0 ms | 12.0, 12.0 ms | 50 | ≤ 10 ms | **missed** |"
    enough = Figure("Part", "enough", 9000, "people/s", 7500, at_least=True)
    assert row(enough) == "| enough |  | 9,000 people/s |  | ≥ 7,500 people/s | ok |"


def test_make_bench_passes_scale_and_snapshot_on() -> None:
    root = Path(__file__).resolve().parents[2]
    said = subprocess.run(
        ["make", "-n", "bench", "SCALE=2", "SNAPSHOT=15"],
        cwd=root,
        capture_output=True,
        text=True,
        check=True,
    )
    assert "-m benchmarks --scale 2 --snapshot 15\n" in said.stdout
