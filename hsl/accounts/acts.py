"""What the acts on the record are called, and what they were done to."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from hsl.accounts.permissions import Role

YES, NO = _("yes"), _("no")

ACTS: dict[str, Promise] = {
    "operator.add": _("Added an operator"),
    "operator.reset_sign_in": _("Gave an operator a new password"),
    "operator.role": _("Gave an operator another role"),
    "operator.switch_off": _("Switched an operator off"),
    "operator.switch_on": _("Switched an operator on again"),
    "operator.telegram": _("Set an operator's Telegram id"),
    "api_key.create": _("Made an API key"),
    "api_key.revoke": _("Revoked an API key"),
    "school.change": _("Changed the school's settings"),
    "school.quiet_hours": _("Set the quiet hours"),
    "course.add": _("Listed a course"),
    "course.rename": _("Renamed a course"),
    "stream.add": _("Listed a stream"),
    "stream.change": _("Changed a stream"),
    "stream.archive": _("Archived a stream"),
    "stream.restore": _("Took a stream out of the archive"),
    "lesson.name": _("Named a lesson"),
    "booking.change": _("Changed a booking"),
    "booking.undo": _("Took back a change of a booking"),
    "person.move": _("Moved a person"),
    "people.export": _("Exported people"),
    "bookings.export": _("Exported bookings"),
    "registrations.export": _("Exported registrations"),
    "events.export": _("Exported events"),
    "people.move": _("Moved people"),
    "people.undo": _("Took back a move of people"),
    "template.add": _("Kept a message as a template"),
    "template.change": _("Changed a template"),
    "template.delete": _("Deleted a template"),
    "bot.paid": _("Let the bot spend Stars, or not"),
    "facts.import": _("Imported a file"),
    "facts.undo_import": _("Undid an import"),
    "broadcast.write": _("Began a message"),
    "broadcast.start": _("Sent a message"),
    "broadcast.schedule": _("Scheduled a message"),
    "broadcast.unschedule": _("Took a message back to the drafts"),
    "broadcast.pause": _("Paused a message"),
    "broadcast.resume": _("Went on with a message"),
    "broadcast.cancel": _("Cancelled a message"),
    "broadcast.retry_failed": _("Sent a message again to whom it had failed"),
    "broadcast.resend_unknown": _("Sent a message again to those of whom it was unknown"),
    "broadcast.dismiss_unknown": _("Let those be of whom it was unknown"),
    "broadcast.edit": _("Edited a sent message"),
    "broadcast.recall": _("Recalled a message from the chats"),
    "broadcast.stop_act": _("Stopped an edit or a recall"),
    "broadcast.delete": _("Deleted the record of a message"),
    "recipients.export": _("Exported the recipients of a message"),
}
"""By the name under which ``record`` writes them. Add yours here."""


def act_name(act: str) -> str:
    """What to call an act in the reader's language; one that nobody told us of goes by its own name."""
    return str(ACTS.get(act, act))


SUBJECTS: dict[str, Promise] = {
    "person": _("person"),
    "booking": _("booking"),
    "operator": _("operator"),
    "api_key": _("API key"),
    "course": _("course"),
    "stream": _("stream"),
    "lesson": _("lesson"),
    "school": _("the school"),
    "template": _("template"),
    "bot": _("bot"),
    "job": _("job"),
    "import": _("import"),
    "broadcast": pgettext_lazy("record", "message"),
    "people": pgettext_lazy("record", "people"),
    "bookings": pgettext_lazy("record", "bookings"),
    "registrations": pgettext_lazy("record", "registrations"),
    "events": pgettext_lazy("record", "events"),
    "recipients": pgettext_lazy("record", "recipients"),
}

FIELDS: dict[str, Promise] = {
    "booking": _("booking"),
    "confirmed": _("status"),
    "course_stream": _("stream"),
    "course_id": _("course"),
    "referral_code": _("referral code"),
    "discount_percent": _("discount, %"),
    "title": _("title"),
    "starts_on": _("starts on"),
    "ends_on": _("ends on"),
    "sale_starts_on": _("on sale since"),
    "seats": _("seats"),
    "archived": _("in the archive"),
    "name": _("name"),
    "time_zone": _("time zone"),
    "language": _("language"),
    "quiet_from": _("quiet from"),
    "quiet_until": _("quiet until"),
    "lesson_type": _("lesson"),
    "role": _("role"),
    "is_active": _("may sign in"),
    "telegram_id": _("Telegram id"),
    "people": pgettext_lazy("record", "people"),
    "filters": pgettext_lazy("record", "filters"),
    "rows": pgettext_lazy("record", "rows"),
    "kind": pgettext_lazy("record", "what"),
    "paid": _("paid broadcasting"),
    "file": pgettext_lazy("record", "file"),
    "inserted": pgettext_lazy("record", "inserted"),
    "updated": pgettext_lazy("record", "updated"),
    "bad": pgettext_lazy("record", "left out as bad"),
    "deleted": pgettext_lazy("record", "deleted"),
    "restored": pgettext_lazy("record", "put back"),
    "changed": pgettext_lazy("record", "changed since, so left"),
    "gone": pgettext_lazy("record", "gone before"),
}

_STATUSES: dict[object, Promise] = {
    -1: _("cancelled"),
    0: _("new"),
    1: _("pending"),
    2: _("confirmed"),
}


def subject_name(subject: str) -> str:
    """What an act was done to, in words, for ``noun:id`` (“booking 17”)."""
    noun, _colon, number = subject.partition(":")
    return f"{SUBJECTS.get(noun, noun)} {number}".strip()


def field_name(field: str) -> str:
    """What a field of an act is called; one that nobody told us of goes by its own name."""
    return str(FIELDS.get(field, field))


def field_value(field: str, value: object) -> str:
    """A field's value in words; a dash for none."""
    if value is None or value == "":
        return "—"
    if isinstance(value, bool):
        return str(YES if value else NO)
    if field == "confirmed":
        return str(_STATUSES.get(value, value))
    if field == "role":
        return str(dict(Role.choices).get(str(value), value))
    if field == "kind":
        return str(SUBJECTS.get(str(value), value))
    return str(value)
