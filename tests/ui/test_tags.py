"""Numbers, times and changes as the language writes them."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from django.template import Context, Template
from django.urls import reverse
from django.utils import timezone, translation

from hsl.ui.templatetags.ui import number, percent, url_of, when

MOSCOW = ZoneInfo("Europe/Moscow")
NOON = datetime(2026, 11, 24, 12, tzinfo=MOSCOW)


@pytest.fixture(autouse=True)
def _school_time(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(timezone, "now", lambda: NOON)
    with timezone.override(MOSCOW), translation.override("ru"):
        yield


@pytest.mark.parametrize(
    ("language", "value", "text"),
    [
        ("ru", 1240, "1\N{NO-BREAK SPACE}240"),
        ("ru", 1_000_000, "1\N{NO-BREAK SPACE}000\N{NO-BREAK SPACE}000"),
        ("en", 1240, "1,240"),
        ("ru", 0, "0"),
        ("ru", -5, "-5"),
        ("ru", None, "—"),
    ],
)
def test_numbers(language: str, value: int | None, text: str) -> None:
    with translation.override(language):
        assert number(value) == text


def test_shares() -> None:
    assert percent(12.34) == "12,3\N{NO-BREAK SPACE}%"
    assert percent(200 / 3) == "66,7\N{NO-BREAK SPACE}%"
    assert percent(None) == "—"


@pytest.mark.parametrize(
    ("ago", "text"),
    [
        (timedelta(seconds=5), "только что"),
        (timedelta(minutes=1), "1 минуту назад"),
        (timedelta(minutes=22), "22 минуты назад"),
        (timedelta(hours=2), "сегодня, 10:00"),
        (timedelta(hours=13), "вчера, 23:00"),
        (timedelta(days=5), "19 ноя, 12:00"),
        (timedelta(days=400), "20 окт 2025, 12:00"),
        (-timedelta(hours=1), "сегодня, 13:00"),
    ],
)
def test_times_are_relative(ago: timedelta, text: str) -> None:
    assert f">{text}</time>" in when(NOON - ago)


def test_the_exact_time_is_in_the_schools_zone() -> None:
    assert 'title="24 ноября 2026 г. 12:00 (Europe/Moscow)"' in when(NOON.astimezone(ZoneInfo("UTC")))


def test_no_time_is_a_dash() -> None:
    assert when(None) == "—"


@pytest.mark.parametrize(("value", "said"), [(12, "+2"), (7, "−3"), (10, "без изменений")])
def test_a_change_has_a_sign_and_a_word_beside_its_colour(value: int, said: str) -> None:
    text = Template("{% change value 10 %}").render(Context({"value": value}))

    assert said in text
    assert ('было <span data-count="10">10</span>' in text) == (value != 10)


@pytest.mark.parametrize("may", [True, False])
def test_a_number_leads_to_its_list_whom_may_see_it(may: bool) -> None:
    text = Template("{% door 1240 url 'человек' %}").render(
        Context({"url": "/people/?q=<", "sees_people": lambda: may})
    )

    assert 'data-count="1240"' in text
    assert "1\N{NO-BREAK SPACE}240 человек" in text
    assert ('href="/people/?q=&lt;"' in text) == may


@pytest.mark.parametrize("may", [True, False])
def test_what_a_number_is_made_of_are_the_same_doors(may: bool) -> None:
    numbers = [
        SimpleNamespace(mark="confirmed", label="<b>", count=1240, url="/bookings/?a=1&b=2"),
        SimpleNamespace(mark="new", label="новые", count=0, url=""),
    ]
    context = Context({"numbers": numbers, "sees_people": lambda: may})
    one_by_one = (
        "{% for part in numbers %}<li>{% door part.count part.url part.label part.mark %}</li>{% endfor %}"
    )
    text = Template("{% parts numbers %}").render(context)

    assert text == f'<ul class="parts">{Template(one_by_one).render(context)}</ul>'
    assert text.count("&lt;b&gt;") == 1
    assert text.count("href=") == may


@pytest.mark.parametrize("may", [True, False])
def test_a_rows_numbers_are_the_same_doors(may: bool) -> None:
    context = Context(
        {"numbers": [(1240, "/people/?a=1&b=2"), (0, "/bookings/")], "sees_people": lambda: may}
    )
    one_by_one = '{% for count, url in numbers %}<td class="number">{% door count url %}</td>{% endfor %}'
    text = Template("{% cells numbers %}").render(context)

    assert text == Template(one_by_one).render(context)
    assert text.count("href=") == (2 if may else 0)


def test_one_of_many_has_the_address_that_its_pattern_says() -> None:
    assert url_of("person", 4_202_000_777) == reverse("person", args=[4_202_000_777])
    assert url_of("booking_change", 17) == reverse("booking_change", args=[17])
