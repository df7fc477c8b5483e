"""The owner says when broadcasts are quiet, and whether they may cost Stars."""

from datetime import time

import psycopg
import pytest
from django.conf import LazySettings
from django.test import Client

from hsl.accounts.models import AuditEntry
from hsl.broadcasts import words
from hsl.broadcasts.spending import paid_allowed
from hsl.school.models import School
from tests import cast


@pytest.fixture
def owner(school: psycopg.Connection, settings: LazySettings) -> Client:
    """The owner's browser, in a school with a bot."""
    settings.BOT_TOKEN = "42:" + "A" * 35
    return cast.signed_in(cast.hire().owner)


def test_quiet_hours_are_set_and_taken_away(owner: Client) -> None:
    assert owner.post("/settings/bot/", {"quiet_from": "22:00", "quiet_until": "09:30"}).status_code == 302
    school = School.objects.get()
    assert (school.quiet_from, school.quiet_until) == (time(22), time(9, 30))
    assert b'value="09:30"' in owner.get("/settings/bot/").content

    owner.post("/settings/bot/", {})
    school.refresh_from_db()
    assert (school.quiet_from, school.quiet_until) == (None, None)
    assert AuditEntry.objects.filter(act="school.quiet_hours").count() == 2


@pytest.mark.parametrize(
    "wrong",
    [
        {"quiet_from": "22:00"},
        {"quiet_until": "09:00"},
        {"quiet_from": "22:00", "quiet_until": "22:00"},
        {"quiet_from": "25:00", "quiet_until": "9"},
    ],
)
def test_quiet_hours_that_cannot_be_are_refused(owner: Client, wrong: dict[str, str]) -> None:
    assert owner.post("/settings/bot/", wrong).status_code == 400
    assert School.objects.get().quiet_from is None


def test_the_owner_lets_the_bot_spend_stars(owner: Client) -> None:
    for sent, allowed in (({"paid": "on"}, True), ({"paid": "on"}, True), ({}, False)):
        owner.post("/settings/bot/", sent)
        assert paid_allowed() is allowed
    assert AuditEntry.objects.filter(act="bot.paid").count() == 2


@pytest.mark.parametrize(
    ("people", "rate", "cost"),
    [(1000, 30, 0), (1000, 20, 0), (1000, 60, 50), (100_000, 1000, 9700), (1, 1000, 1)],
)
def test_only_messages_above_the_free_rate_cost(people: int, rate: float, cost: int) -> None:
    assert words.stars(people, rate) == cost


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0, "about 1 s"), (41.2, "about 42 s"), (90, "about 2 min"), (5400, "about 1 h 30 min")],
)
def test_how_long_it_takes_is_said_in_words(seconds: float, said: str) -> None:
    assert words.duration_words(seconds) == said
