"""What the addresses of the lists of facts may say."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from hsl.facts.counts import STATUSES, Asked
from hsl.facts.lists import BOOKINGS, EVENTS, REGISTRATIONS
from hsl.facts.words import kept_types
from hsl.school.event_types import EVENT_TYPES, event_name
from hsl.school.lessons import lesson_name, lesson_titles
from hsl.school.models import CourseStream
from hsl.ui.filters import DayField, DayOrMomentField, FilterForm
from hsl.ui.keyset import Sort

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

LARGEST, LARGEST_ID = 2**31 - 1, 2**63 - 1
QUARTER_MINUTES = 15
LONGEST = 1000


def _without(label: "StrOrPromise") -> forms.BooleanField:
    """Facts that leave something out, which doors alone ask for: an empty value asks for nothing."""
    return forms.BooleanField(label=label, widget=forms.HiddenInput)


class FactFilter(FilterForm):
    """What all three lists can be asked for: a person's facts, those of certain days, those of an import."""

    DAY_RANGES = (("from_", "to"),)

    from_ = DayOrMomentField(label=_("From"))
    to = DayOrMomentField(label=_("To"))
    person = forms.IntegerField(
        label=_("Person"),
        min_value=-LARGEST_ID,
        max_value=LARGEST_ID,
        widget=forms.HiddenInput,
        error_messages={"invalid": _("Give a Telegram id: a whole number")},
    )
    person_empty = _without(_("Without a person"))
    import_ = forms.IntegerField(
        label=_("Import"),
        min_value=1,
        max_value=LARGEST_ID,
        widget=forms.HiddenInput,
        error_messages={"invalid": _("Give the number of an import")},
    )

    def clean(self) -> None:
        """Hold moments to quarters of an hour, by which facts are counted."""
        super().clean()
        for name in ("from_", "to"):
            moment = self.cleaned_data.get(name)
            if isinstance(moment, datetime) and moment.minute % QUARTER_MINUTES:
                self.add_error(name, _("Give a day, or a moment at a quarter of an hour"))

    def asked(self) -> Asked:
        """What a valid form asks for."""
        data = self.cleaned_data
        wanted = {
            "user_id": data["person"],
            "nobody": data["person_empty"],
            "import_id": data["import_"],
            **self.wanted(),
        }
        return Asked(data["from_"], data["to"], wanted)

    def wanted(self) -> dict[str, Any]:
        """The parameters of this list's statement beside the common ones."""
        raise NotImplementedError


class BookingFilter(FactFilter):
    """Which bookings."""

    SORTS = (Sort("-created", _("The newest first"), BOOKINGS.order),)

    course = forms.IntegerField(
        label=_("Course"),
        min_value=-LARGEST,
        max_value=LARGEST,
        widget=forms.HiddenInput,
        error_messages={"invalid": _("Give a course's number")},
    )
    stream = forms.ChoiceField(label=_("Stream"))
    status = forms.ChoiceField(  # type: ignore[assignment] # hides nothing: FilterForm.status is an answer's
        label=_("Status"),
        choices=[
            ("", pgettext_lazy("status", "Any")),
            ("new", pgettext_lazy("booking", "new")),
            ("pending", pgettext_lazy("booking", "pending")),
            ("confirmed", pgettext_lazy("booking", "confirmed")),
            ("cancelled", pgettext_lazy("booking", "cancelled")),
        ],
        error_messages={"invalid_choice": _("There is no such status; choose from the list")},
    )
    confirmed = forms.IntegerField(
        label=_("Status"),
        min_value=-LARGEST,
        max_value=LARGEST,
        widget=forms.HiddenInput,
        error_messages={"invalid": _("Give a status as the table holds it: a whole number")},
    )
    course_empty = _without(_("Without a course"))
    stream_empty = _without(_("Without a stream"))
    field_order = ("stream", "status", "from_", "to")

    def __init__(self, request: HttpRequest) -> None:
        super().__init__(request)
        titles = {
            stream.course_stream: str(stream) for stream in CourseStream.objects.order_by("course", "id")
        }
        _offer(self, "stream", pgettext_lazy("stream", "Any"), titles)

    def wanted(self) -> dict[str, Any]:
        """See FactFilter."""
        data = self.cleaned_data
        return {
            "course_id": data["course"],
            "course_stream": data["stream"] or None,
            "confirmed": STATUSES.get(data["status"], data["confirmed"]),
            "odd_status": data["confirmed"] is not None,
            "only_new": data["status"] == "new",
            "no_course": data["course_empty"],
            "no_stream": data["stream_empty"],
        }


class RegistrationFilter(FactFilter):
    """Which registrations."""

    SORTS = (Sort("-registered", _("The newest first"), REGISTRATIONS.order),)

    lesson = forms.ChoiceField(label=_("Lesson"))
    lesson_date = DayField(label=_("Lesson's date"))
    lesson_empty = _without(_("Without a lesson"))
    lesson_date_empty = _without(_("Without a lesson's date"))
    field_order = ("lesson", "lesson_date", "from_", "to")

    def __init__(self, request: HttpRequest) -> None:
        super().__init__(request)
        named = lesson_titles()
        types = {lesson: lesson_name(lesson, named.get(lesson)) for lesson in kept_types("lessons")}
        _offer(self, "lesson", pgettext_lazy("lesson", "Any"), types)

    def wanted(self) -> dict[str, Any]:
        """See FactFilter."""
        data = self.cleaned_data
        return {
            "lesson_type": data["lesson"] or None,
            "lesson_date": data["lesson_date"],
            "no_lesson": data["lesson_empty"],
            "no_lesson_date": data["lesson_date_empty"],
        }


class EventFilter(FactFilter):
    """Which events."""

    SORTS = (Sort("-created", _("The newest first"), EVENTS.order),)

    type = forms.ChoiceField(label=_("Event"))
    lesson = forms.CharField(label=_("Lesson"), max_length=LONGEST, strip=False, widget=forms.HiddenInput)
    lesson_date = DayField(label=_("Lesson's date"))
    lesson_date_empty = _without(_("Without a lesson's date"))
    field_order = ("type", "from_", "to")

    def __init__(self, request: HttpRequest) -> None:
        super().__init__(request)
        self.fields["lesson_date"].widget = forms.HiddenInput()
        names = {event_type: event_name(event_type) for event_type in [*EVENT_TYPES, *kept_types("events")]}
        _offer(self, "type", pgettext_lazy("event", "Any"), names)

    def wanted(self) -> dict[str, Any]:
        """See FactFilter."""
        data = self.cleaned_data
        return {
            "event_type": data["type"] or None,
            "lesson_type": data["lesson"] or None,
            "lesson_date": data["lesson_date"],
            "no_lesson_date": data["lesson_date_empty"],
        }


def _offer(form: FilterForm, name: str, any_: "StrOrPromise", labels: dict[str, str]) -> None:
    """Offer the values that have names, and the one asked for, whatever a program wrote."""
    field, asked = form.fields[name], form.data.get(name, "")
    assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared so; for the type checker
    others = {asked: asked} if asked and "\0" not in asked and len(asked) <= LONGEST else {}
    field.choices = [("", any_), *(others | labels).items()]
    field.error_messages["invalid_choice"] = _("Nothing is called that; choose from the list")
