"""``HSL_TIME_ZONE`` becomes the school's at ``hsl migrate``, and days are counted in it."""

import pytest
from django.test import override_settings

from hsl.analytics.queries import school_zone as zone_of_numbers
from hsl.projections.verify import verify
from hsl.refusal import Refusal
from hsl.school.zone import school_zone
from tests.adoption.bots import adopt, as_hsl
from tests.databases import Database

DAYS = "SELECT day::text, n FROM activity_days_now WHERE kind = 'event' ORDER BY 1"


def test_it_becomes_the_schools_and_days_are_counted_in_it(adopted: Database) -> None:
    with adopted.connect() as bot, as_hsl(adopted) as ours:
        bot.execute("""
            TRUNCATE bookings, events, free_lesson_registrations RESTART IDENTITY CASCADE;
            INSERT INTO events (user_id, event_type, created_at) VALUES (1, 'start_command', '2026-03-01 20:30:00+00')
        """)
        with override_settings(SCHOOL_TIME_ZONE="Europe/Moscow"):
            adopt(adopted)
        assert ours.execute(DAYS).fetchall() == [("2026-03-01", 1)]
        with override_settings(SCHOOL_TIME_ZONE="Asia/Vladivostok"):
            adopt(adopted)
        assert ours.execute(DAYS).fetchall() == [("2026-03-02", 1)]
        assert verify(ours).clean
        adopt(adopted)  # unset, it leaves the school its own
        assert ours.execute("SELECT zone()").fetchone() == ("Asia/Vladivostok",)


def test_one_that_the_server_does_not_know_changes_nothing(adopted: Database) -> None:
    with as_hsl(adopted) as ours, override_settings(SCHOOL_TIME_ZONE="Mars/Olympus"):
        with pytest.raises(Refusal, match="HSL_TIME_ZONE is no time zone of this PostgreSQL"):
            adopt(adopted)
        assert ours.execute("SELECT zone()").fetchone() == ("Europe/Moscow",)


def test_a_zone_that_python_does_not_know_is_read_as_utc(adopted: Database) -> None:
    adopted.execute("UPDATE hsl.school SET time_zone = 'Mars/Olympus'")
    with adopted.as_django():
        assert school_zone().key == "UTC"
        assert zone_of_numbers().key == "UTC"
