"""What the acts on the record are called."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

ACTS: dict[str, Promise] = {
    "operator.add": _("Added an operator"),
    "operator.reset_sign_in": _("Gave an operator a new password"),
    "operator.role": _("Gave an operator another role"),
    "operator.switch_off": _("Switched an operator off"),
    "operator.switch_on": _("Switched an operator on again"),
    "api_key.create": _("Made an API key"),
    "api_key.revoke": _("Revoked an API key"),
    "school.change": _("Changed the school's settings"),
    "course.add": _("Listed a course"),
    "course.rename": _("Renamed a course"),
    "stream.add": _("Listed a stream"),
    "stream.change": _("Changed a stream"),
    "stream.archive": _("Archived a stream"),
    "stream.restore": _("Took a stream out of the archive"),
    "lesson.name": _("Named a lesson"),
    "booking.change": _("Changed a booking"),
    "person.move": _("Moved a person"),
}
"""By the name under which ``record`` writes them. Add yours here."""


def act_name(act: str) -> str:
    """What to call an act in the reader's language; one that nobody told us of goes by its own name."""
    return str(ACTS.get(act, act))
