"""The school's quiet hours: broadcasts that mind them wait until they end."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from hsl.school.models import School


def end_of_quiet(now: datetime) -> datetime | None:
    """When the quiet hours end that it is in now; None outside of them, and where the school has none."""
    school = School.objects.only("time_zone", "quiet_from", "quiet_until").first()
    if school is None or school.quiet_from is None or school.quiet_until is None:
        return None
    return _end(now.astimezone(ZoneInfo(school.time_zone)), school.quiet_from, school.quiet_until)


def _end(local: datetime, first: time, last: time) -> datetime | None:
    if first == last:
        return None
    clock = local.time().replace(tzinfo=None)
    over_midnight = first > last
    if not (first <= clock or clock < last if over_midnight else first <= clock < last):
        return None
    day = local.date() + timedelta(days=1 if over_midnight and clock >= first else 0)
    return datetime.combine(day, last, tzinfo=local.tzinfo)
