"""What an event's details say, in words."""

import json

import pytest
from django.utils import translation

from hsl.facts.details import LONGEST_RAW, LONGEST_VALUE, MOST_PAIRS, pairs, raw
from hsl.facts.titles import Titles

NAMED = Titles(
    courses={1: "Вайб кодинг"},
    streams={(1, "4th_stream"): "4-й поток"},
    lessons={"first_telegram_bot": "Первый бот"},
)


def said(**details: object) -> list[tuple[str, str]]:
    with translation.override("en"):
        return [(pair.label, pair.value) for pair in pairs(json.dumps(details), NAMED)]


def test_lessons_courses_and_streams_go_by_the_school_s_names() -> None:
    assert said(lesson_type="first_telegram_bot", lesson_date="2026-05-01") == [
        ("Lesson", "Первый бот"),
        ("Lesson's date", "1 May 2026"),
    ]
    assert said(course_id=1, course_stream="4th_stream") == [
        ("Course", "Вайб кодинг"),
        ("Stream", "4-й поток"),
    ]
    assert said(course_stream="4th_stream") == [("Stream", "4-й поток")]


def test_what_the_school_never_named_goes_by_its_own_name() -> None:
    assert said(lesson_type="intro_to_python") == [("Lesson", "Intro to python")]
    assert said(course_id=9, course_stream="x") == [("Course", "9"), ("Stream", "x")]
    assert said(lesson_date="tomorrow", colour="red") == [("Lesson's date", "tomorrow"), ("colour", "red")]


def test_statuses_yes_and_no_are_words() -> None:
    assert said(was=1, now=2, paid=True) == [("Was", "pending"), ("Became", "confirmed"), ("paid", "yes")]
    assert said(was="1", now=7) == [("Was", "1"), ("Became", "7")]


def test_what_says_nothing_is_left_out_and_what_says_too_much_is_cut() -> None:
    assert said(a=None, b="", c={}, d=[]) == []
    assert said(a="x" * 1000) == [("a", "x" * LONGEST_VALUE + "…")]
    assert said(a={"b": [1, "я"]}) == [("a", '{"b": [1, "я"]}')]
    assert len(said(**{f"k{n}": n for n in range(100)})) == MOST_PAIRS


@pytest.mark.parametrize("details", [None, "[1, 2]", '"words"', "7", "[" * 300 + "]" * 300])
def test_details_that_are_no_object_have_no_pairs(details: str | None) -> None:
    assert pairs(details, NAMED) == []
    assert raw(details) == (details or "")


def test_as_written_is_whole_up_to_a_screenful() -> None:
    assert raw("{}") == ""
    assert raw("x" * 10_000) == "x" * LONGEST_RAW + "…"
