"""This room's kinds of jobs, and the one that each night begins."""

from contextlib import closing
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from procrastinate.contrib.django import app as queue

from hsl.accounts.permissions import Permission
from hsl.connection import connect
from hsl.jobs.kinds import JobError, Kind, Outcome, Run, register
from hsl.jobs.models import Job
from hsl.jobs.services import start
from hsl.projections.verifications import verify_and_keep
from hsl.refusal import Refusal
from hsl.school.zone import school_zone
from hsl.ui.templatetags.ui import number

NIGHT = range(3, 6)
"""The hours of the school's day in one of which its numbers are verified."""


def _verify(running: Run) -> Outcome:
    """As ``hsl verify``. Running it twice comes to the same: it only reads, and keeps what it found."""
    with closing(connect("hsl verify")) as conn:
        try:
            verified = verify_and_keep(conn, lambda done, total: running.progress("people", done, total))
        except Refusal as refusal:
            raise JobError(str(refusal)) from refusal
    return {"clean": verified.found.clean, "people": verified.found.people_compared}


def _words(outcome: Outcome) -> str:
    people = outcome["people"]
    compared = ngettext("%(number)s person compared", "%(number)s people compared", people)
    found = gettext("All agrees") if outcome["clean"] else gettext("Something differs")
    return f"{found}: {compared % {'number': number(people)}}"


VERIFY = register(
    Kind(
        "verify",
        _("Verifying: all numbers beside the facts"),
        _verify,
        needs=Permission.MANAGE_SCHOOL,
        resumes=True,
        steps={"people": _("Comparing people")},
        page=lambda _arguments: reverse("integrity"),
        words=_words,
    )
)


@queue.periodic(cron="*/30 * * * *")
@queue.task(name="hsl.projections.verify_at_night", queue="jobs")
def verify_at_night(timestamp: int) -> None:  # noqa: ARG001 - the queue gives the time for which it calls
    """Begin the night's verification, once a night, in the first half hour in which a worker runs."""
    try:
        now = timezone.now().astimezone(school_zone())
        if now.hour in NIGHT:
            _begin_once(now - timedelta(hours=now.hour, minutes=now.minute))
    finally:
        connection.close()


@transaction.atomic
def _begin_once(midnight: datetime) -> None:
    """Unless it was begun by itself since midnight, or somebody's is under way."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('verify at night', 0))")
    newest = Job.objects.filter(kind=VERIFY.name).order_by("-pk").first()
    by_itself = Job.objects.filter(kind=VERIFY.name, operator=None, created_at__gte=midnight)
    if not by_itself.exists() and not (newest and newest.under_way):
        start(VERIFY.name, None, {})
