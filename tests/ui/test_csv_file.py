"""A list as a file that Excel opens as it is, that runs nothing there, and that is sent while it is read."""

import csv
import io
import random
from collections.abc import Iterator
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone, translation

from hsl.ui.csv_file import LINES_AT_ONCE, Cell, csv_response


def text_of(rows: list[tuple[Cell, ...]], language: str = "en") -> str:
    with translation.override(language):
        return csv_response("list", ["a", "b"], rows).getvalue().decode()


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝"])
def test_text_that_a_spreadsheet_would_run_is_made_harmless(start: str) -> None:
    lines = list(csv.reader(io.StringIO(text_of([(f"{start}cmd|' /C calc'!A0", 1)]), newline="")))
    assert lines[1][0] == f"'{start}cmd|' /C calc'!A0"


def test_numbers_stay_numbers_and_other_text_stays_as_it_is() -> None:
    assert text_of([(-5, "a=b"), (None, "Юлия, «Ё»")]).splitlines()[1:] == ["-5,a=b", ',"Юлия, «Ё»"']


def test_excel_opens_cyrillic_and_columns() -> None:
    assert text_of([("Юлия", "Ё")], "ru") == "\ufeffa;b\r\nЮлия;Ё\r\n"


def test_times_are_in_the_schools_zone_also_after_the_request() -> None:
    with timezone.override(ZoneInfo("Asia/Vladivostok")):
        answer = csv_response(
            "list", ["at"], [(datetime(2026, 11, 24, 20, tzinfo=UTC),), (date(2026, 1, 2),)]
        )
    assert answer.getvalue().decode().splitlines()[1:] == ["2026-11-25 06:00:00", "2026-01-02"]


def test_rows_are_read_while_they_are_sent() -> None:
    read = []

    def rows() -> Iterator[tuple[int]]:
        for number in range(10 * LINES_AT_ONCE):
            read.append(number)
            yield (number,)

    next(iter(csv_response("list", ["n"], rows())))
    assert len(read) <= LINES_AT_ONCE


def test_an_empty_list_is_a_header() -> None:
    assert text_of([]) == "\ufeffa,b\r\n"


def test_any_text_comes_back_as_it_was_but_for_the_apostrophe() -> None:
    chance = random.Random(4)
    cells = ["".join(chance.choices('=+-@\t\r\n",;aЯ🙂', k=6)) for _ in range(500)]
    lines = list(csv.reader(io.StringIO(text_of([(cell, 0) for cell in cells]), newline="")))[1:]
    assert [line[0].removeprefix("'") for line in lines] == cells
