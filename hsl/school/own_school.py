"""The school itself: its name, the zone of its days, its language. An act is one transaction, on the
operators' record."""

from datetime import time

from django.conf import settings
from django.db import connection, transaction
from django.utils.translation import gettext_noop as _

from hsl.accounts.audit import Actor, record
from hsl.accounts.models import AuditEntry
from hsl.school.models import School
from hsl.school.refusals import ConflictError, InvalidError
from hsl.school.titles import clean_title
from hsl.school.zone import forget_school

LANGUAGES = ("", *(code for code, _name in settings.LANGUAGES))
"""What the pages' language may be; empty: the one that the browser asks for."""


def change_school(
    name: str, time_zone: str, language: str, *, actor: Actor, undoes: AuditEntry | None = None
) -> AuditEntry | None:
    """Set the school's name, time zone and language; gives the act, None where it is so already. With another zone the
    next fold counts all days anew.

    Raises InvalidError naming the field; ConflictError where HSL_TIME_ZONE holds another zone, which the next
    ``hsl migrate`` would put back.
    """
    new = {"name": clean_title(name), "time_zone": time_zone, "language": language}
    if language not in LANGUAGES:
        raise InvalidError(_("language: give one of %(codes)s"), codes=", ".join(LANGUAGES[1:]))
    with transaction.atomic():
        school = School.objects.select_for_update().first() or School()
        before = {field: getattr(school, field) for field in new}
        changed = [field for field in new if before[field] != new[field]]
        if "time_zone" in changed:
            _refuse_zone(time_zone)
        if not changed:
            return None
        for field in changed:
            setattr(school, field, new[field])
        school.save()
        act = record(
            actor,
            "school.change",
            "school",
            {field: before[field] for field in changed},
            {field: new[field] for field in changed},
            undoes=undoes,
        )
    forget_school()
    return act


def set_quiet_hours(first: time | None, last: time | None, *, actor: Actor) -> None:
    """From when until when, by the school's clock, broadcasts that mind it wait; None for no quiet hours.

    Raises InvalidError where only one end is given, or both are the same.
    """
    if (first is None) != (last is None):
        raise InvalidError(_("quiet_until: give both ends, or none"))
    if first is not None and first == last:
        raise InvalidError(_("quiet_until: they can't end when they begin"))
    with transaction.atomic():
        school = School.objects.select_for_update().first() or School()
        before = (school.quiet_from, school.quiet_until)
        if before == (first, last):
            return
        school.quiet_from, school.quiet_until = first, last
        school.save()
        record(actor, "school.quiet_hours", "school", _told(*before), _told(first, last))


def _told(first: time | None, last: time | None) -> dict[str, str | None]:
    return {
        "quiet_from": f"{first:%H:%M}" if first else None,
        "quiet_until": f"{last:%H:%M}" if last else None,
    }


def _refuse_zone(time_zone: str) -> None:
    held = settings.SCHOOL_TIME_ZONE
    if held and held != time_zone:
        raise ConflictError(_("time_zone: HSL_TIME_ZONE holds %(zone)s; change it there"), zone=held)
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM pg_timezone_names WHERE name = %s)", [time_zone])
        (known,) = cursor.fetchone()
    if not known:
        raise InvalidError(_("time_zone: the database knows no zone %(zone)s"), zone=time_zone)
