"""Forms of this room's pages of Настройки."""

from functools import cache
from zoneinfo import available_timezones

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from hsl.school.models import Course, CourseStream, School
from hsl.school.streams import LARGEST, LONGEST_STREAM, StreamDetails
from hsl.school.titles import LONGEST
from hsl.ui.filters import DayField


@cache  # it looks through the machine's files
def _zones() -> list[tuple[str, str]]:
    """The zones that have a place for a name, as people look for them."""
    named = sorted(zone for zone in available_timezones() if "/" in zone and not zone.startswith("Etc/"))
    return [(zone, zone.replace("_", " ")) for zone in ["UTC", *named]]


class SchoolForm(forms.Form):
    """The school's name, zone and language."""

    name = forms.CharField(
        label=_("Title"),
        required=False,
        max_length=LONGEST,
        help_text=_("Stands over the navigation and in the window's title."),
    )
    time_zone = forms.ChoiceField(
        label=_("Time zone"),
        choices=_zones,
        help_text=_("The school's days begin and end in it. Another zone counts all days anew."),
        error_messages={"invalid_choice": _("Choose one of the zones offered")},
    )
    language = forms.ChoiceField(
        label=_("Language of the pages"),
        required=False,
        choices=[("", _("as each browser asks")), *settings.LANGUAGES],
        help_text=_("For whoever has not chosen one in the top bar."),
    )

    def __init__(self, data: object, school: School) -> None:
        """``data``: what was posted, or None; ``school``: as it is."""
        initial = {"name": school.name, "time_zone": school.time_zone, "language": school.language}
        super().__init__(data, initial=initial)  # type: ignore[arg-type] # the stubs want a dict, not a QueryDict
        zone = self.fields["time_zone"]
        assert isinstance(zone, forms.ChoiceField)  # noqa: S101 - declared above; for the type checker
        if school.time_zone not in dict(_zones()):
            zone.choices = [(school.time_zone, school.time_zone), *_zones()]
        if settings.SCHOOL_TIME_ZONE:
            zone.disabled = True
            zone.help_text = _("HSL_TIME_ZONE of the installation holds it.")


class CourseForm(forms.Form):
    """What a course is called."""

    title = forms.CharField(label=_("Title"), max_length=LONGEST)


class NewCourseForm(CourseForm):
    """A course to list."""

    course_id = forms.IntegerField(
        label=_("Its id in bookings"),
        required=False,
        min_value=1,
        max_value=LARGEST,
        help_text=_("What the bot writes as course_id. Left empty, the next free one."),
    )


class StreamForm(forms.Form):
    """What people are told of a stream."""

    title = forms.CharField(label=_("Title"), required=False, max_length=LONGEST)
    sale_starts_on = DayField(label=_("On sale since"))
    starts_on = DayField(label=_("Starts on"))
    ends_on = DayField(label=_("Ends on"))
    seats = forms.IntegerField(label=_("Seats"), required=False, min_value=0, max_value=LARGEST)

    def clean(self) -> None:
        """A stream ends on the day on which it starts, or later."""
        starts_on, ends_on = self.cleaned_data.get("starts_on"), self.cleaned_data.get("ends_on")
        if starts_on and ends_on and ends_on < starts_on:
            self.add_error("ends_on", _("The stream can't end before it starts"))

    @property
    def details(self) -> StreamDetails:
        """What was filled in, once it is valid."""
        asked = self.cleaned_data
        return StreamDetails(
            title=asked["title"],
            starts_on=asked["starts_on"],
            ends_on=asked["ends_on"],
            seats=asked["seats"],
            sale_starts_on=asked["sale_starts_on"],
        )

    @staticmethod
    def of(stream: CourseStream) -> dict[str, object]:
        """The form's first contents for a stream that is listed."""
        return {
            name: getattr(stream, name)
            for name in ("title", "sale_starts_on", "starts_on", "ends_on", "seats")
        }


class NewStreamForm(StreamForm):
    """A stream to list."""

    course = forms.ModelChoiceField(
        label=_("Course"), queryset=Course.objects.order_by("id"), empty_label=None
    )
    course_stream = forms.CharField(
        label=_("Its name in bookings"),
        max_length=LONGEST_STREAM,
        help_text=_("What the bot writes as course_stream, like 6th_stream. It can't be changed later."),
    )
    field_order = ("course", "course_stream", "title", "sale_starts_on", "starts_on", "ends_on", "seats")


class UnlistedStreamForm(forms.Form):
    """A stream that another program's bookings hold."""

    course_id = forms.IntegerField(min_value=1, max_value=LARGEST)
    course_stream = forms.CharField(max_length=LONGEST_STREAM, strip=False)


class LessonForm(forms.Form):
    """What a type of lesson is called."""

    lesson_type = forms.CharField(strip=False)
    title = forms.CharField(required=False, max_length=LONGEST)
