"""This room's kinds of jobs."""

from contextlib import closing

from django.utils.translation import gettext_lazy as _

from hsl.accounts.permissions import Permission
from hsl.connection import connect
from hsl.jobs.kinds import JobError, Kind, Outcome, Run, register
from hsl.projections.verifications import verify_and_keep
from hsl.refusal import Refusal


def _verify(running: Run) -> Outcome:
    """As ``hsl verify``. Running it twice comes to the same: it only reads, and keeps what it found."""
    with closing(connect("hsl verify")) as conn:
        try:
            verified = verify_and_keep(conn, lambda done, total: running.progress("people", done, total))
        except Refusal as refusal:
            raise JobError(str(refusal)) from refusal
    return {"clean": verified.found.clean, "people": verified.found.people_compared}


VERIFY = register(
    Kind(
        "verify",
        _("Verifying: all numbers beside the facts"),
        _verify,
        needs=Permission.MANAGE_SCHOOL,
        resumes=True,
        steps={"people": _("Comparing people")},
    )
)
