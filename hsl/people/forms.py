"""What the addresses of this room's lists may say, and the forms of its acts."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext, pgettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from hsl.people.filters import (
    ALL,
    BookingStatus,
    Came,
    Heat,
    PeopleFilter,
    Stage,
    Status,
    Viewed,
)
from hsl.people.moments import KINDS
from hsl.people.search import LONGEST
from hsl.people.timeline import PLACES
from hsl.ui.filters import Chip, DayField, DayOrMomentField, FilterForm
from hsl.ui.keyset import Order, Sort

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

STATUSES = {
    Status.LEAD: pgettext_lazy("person", "looking"),
    Status.PENDING: pgettext_lazy("person", "booked"),
    Status.STUDENT: pgettext_lazy("person", "paid"),
    Status.FORMER: pgettext_lazy("person", "cancelled"),
}
BOOKINGS = {
    BookingStatus.NEW: pgettext_lazy("booking", "new"),
    BookingStatus.PENDING: pgettext_lazy("booking", "pending"),
    BookingStatus.CONFIRMED: pgettext_lazy("booking", "confirmed"),
    BookingStatus.CANCELLED: pgettext_lazy("booking", "cancelled"),
}
STAGES = {
    Stage.REGISTERED: _("Registered for a lesson"),
    Stage.CAME: _("Came to a lesson"),
    Stage.BOOKED: _("Booked"),
    Stage.PAID: _("Paid"),
}
CAME = {
    Came.YES: _("Came"),
    Came.NO: _("Registered and did not come"),
    Came.KEPT: _("Registered, then came"),
}
HEATS = {
    Heat.HOT: pgettext_lazy("lead", "hot"),
    Heat.WARM: pgettext_lazy("lead", "warm"),
    Heat.COOL: pgettext_lazy("lead", "cool"),
}
_LARGEST = 2**31 - 1
ANY_STREAM, ANY_LESSON = pgettext_lazy("stream", "Any"), pgettext_lazy("lesson", "Any")


def _choices(any_: "StrOrPromise", of: "Mapping[Any, StrOrPromise]") -> "list[tuple[str, StrOrPromise]]":
    return [("", any_), *((str(value), label) for value, label in of.items())]


def _choice(
    label: "StrOrPromise", any_: "StrOrPromise", of: "Mapping[Any, StrOrPromise]"
) -> forms.ChoiceField:
    refusal = {"invalid_choice": _("Choose from the list")}
    return forms.ChoiceField(label=label, choices=_choices(any_, of), error_messages=refusal)


def _whether(label: "StrOrPromise") -> forms.ChoiceField:
    return _choice(label, _("No matter"), {"yes": _("Yes"), "no": _("No")})


def _sort(name: str, label: "StrOrPromise") -> Sort:
    columns = {"name": ("name", str)}.get(name.removeprefix("-"), (name.removeprefix("-"), datetime))
    return Sort(name, label, Order((columns, ("user_id", int)), descending=name.startswith("-")))


class PeopleForm(FilterForm):
    """Which people. ``streams`` and ``lessons`` that may be chosen, by their names; groups are tabs."""

    SORTS = (
        _sort("-last_seen", _("Seen last, the newest first")),
        _sort("last_seen", _("Seen last, the oldest first")),
        _sort("-first_seen", _("First seen, the newest first")),
        _sort("first_seen", _("First seen, the oldest first")),
        _sort("name", _("Name, from A to Z")),
        _sort("-name", _("Name, from Z to A")),
    )
    FOLDED = (
        "username",
        "email",
        "first_from",
        "first_to",
        "seen_from",
        "seen_to",
        "stage",
        "lesson",
        "came",
        "heat",
        "reachable",
    )
    DAY_RANGES = (("first_from", "first_to"), ("seen_from", "seen_to"))

    q = forms.CharField(
        label=_("Name, @username, id, email"),
        max_length=LONGEST,
        widget=forms.SearchInput,
    )
    status_ = _choice(_("Status"), pgettext_lazy("status", "Any"), STATUSES)
    stream = _choice(_("Stream"), ANY_STREAM, {})
    booking = _choice(_("Booking there"), pgettext_lazy("booking", "Any"), BOOKINGS)
    username = _whether(_("Has a @username"))
    email = _whether(_("Has an email"))
    first_from = DayOrMomentField(label=_("First seen from"))
    first_to = DayOrMomentField(label=_("First seen to"))
    seen_from = DayOrMomentField(label=_("Last seen from"))
    seen_to = DayOrMomentField(label=_("Last seen to"))
    stage = _choice(_("Stage"), pgettext_lazy("stage", "Any"), STAGES)
    lesson = _choice(_("Lesson"), ANY_LESSON, {})
    came = _choice(_("Came to it"), _("No matter"), CAME)
    heat = _choice(_("Active in 7 days, not paid"), _("No matter"), HEATS)
    reachable = _whether(_("The bot reaches them"))
    group = _choice(_("Group"), "", {})
    course = forms.IntegerField(
        label=_("Course"), min_value=-_LARGEST, max_value=_LARGEST, widget=forms.HiddenInput
    )
    lesson_date = DayField(label=_("Lesson's date"))
    lesson_empty = forms.BooleanField(label=_("Lesson"), widget=forms.HiddenInput)
    lesson_date_empty = forms.BooleanField(label=_("Lesson's date"), widget=forms.HiddenInput)
    viewed = forms.CharField(label=_("Looked at the program"), max_length=1100, widget=forms.HiddenInput)

    HIDDEN: ClassVar[tuple[str, ...]] = (
        "group",
        "course",
        "lesson_date",
        "lesson_empty",
        "lesson_date_empty",
        "viewed",
    )

    def __init__(
        self, request: HttpRequest, *, groups: list[str], streams: dict[str, str], lessons: dict[str, str]
    ) -> None:
        super().__init__(request)
        self._choose("stream", ANY_STREAM, streams)
        self._choose("lesson", ANY_LESSON, lessons)
        self._choose("group", "", dict.fromkeys(groups, ""))
        self.titles = streams
        # Whom the bot does not reach are a tab, as a group is: what says so is no filter of the panel then.
        for name in (*self.HIDDEN, *(["reachable"] if self.is_of_the_lost else [])):
            self.fields[name].widget = forms.HiddenInput()

    def _choose(self, name: str, any_: "StrOrPromise", of: dict[str, str]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared above; for the type checker
        field.choices = _choices(any_, of)

    def clean_viewed(self) -> Viewed | None:
        """A course and a stream, as ``<course_id>:<course_stream>``."""
        text: str = self.cleaned_data["viewed"]
        if not text:
            return None
        course, _colon, stream = text.partition(":")
        if not re.fullmatch(r"-?[0-9]{1,9}", course) or not stream:
            raise forms.ValidationError(_("Give a course and a stream, like 1:3rd_stream"))
        return Viewed(int(course), stream)

    def clean(self) -> None:
        """Hold filters that say nothing alone to those beside them."""
        super().clean()
        given = self.cleaned_data
        for name in ("came", "lesson_date", "lesson_date_empty"):
            lesson = given.get("lesson") or given.get("lesson_empty") or "lesson" in self.errors
            if given.get(name) and not lesson:
                self.add_error(name, _("Choose a lesson too"))

    @property
    def is_of_the_lost(self) -> bool:
        """Whether the tab of those whom the bot does not reach is shown."""
        return self.data.get("reachable") == "no" and (self.data.get("group") or ALL) == ALL

    @property
    def wanted(self) -> PeopleFilter:
        """The people asked for; the form is valid."""
        given = self.cleaned_data
        whether = {"": None, "yes": True, "no": False}
        return PeopleFilter(
            q=given["q"],
            group=given["group"] or ALL,
            status=Status(given["status_"]) if given["status_"] else None,
            course=given["course"],
            stream=given["stream"] or None,
            booking=BookingStatus(given["booking"]) if given["booking"] else None,
            username=whether[given["username"]],
            email=whether[given["email"]],
            first_from=given["first_from"],
            first_to=given["first_to"],
            seen_from=given["seen_from"],
            seen_to=given["seen_to"],
            stage=Stage(given["stage"]) if given["stage"] else None,
            lesson="" if given["lesson_empty"] else given["lesson"] or None,
            lesson_date=given["lesson_date"],
            undated=given["lesson_date_empty"],
            came=Came(given["came"]) if given["came"] else None,
            viewed=given["viewed"],
            heat=Heat(given["heat"]) if given["heat"] else None,
            reachable=whether[given["reachable"]],
        )

    def chips(self) -> list[Chip]:
        """The filters that have no field on the page."""
        given = self.cleaned_data
        viewed: Viewed | None = given["viewed"]
        texts = {
            "course": "" if given["course"] is None else str(given["course"]),
            "lesson_date": str(given["lesson_date"] or ""),
            "lesson_empty": gettext("Without a type") if given["lesson_empty"] else "",
            "lesson_date_empty": pgettext("lesson", "Without a date") if given["lesson_date_empty"] else "",
            "viewed": "" if viewed is None else self.titles.get(viewed.stream, viewed.stream),
        }
        return [self.chip(name, text) for name, text in texts.items() if text]


class TimelineForm(FilterForm):
    """Which moments of a person's timeline."""

    SORTS = (Sort("-at", "", PLACES),)

    kind = forms.ChoiceField(
        label=_("Show"),
        choices=[("", _("Everything")), *((str(kind), label) for kind, label in KINDS.items())],
        error_messages={"invalid_choice": _("Choose from the list")},
    )


class MoveForm(forms.Form):
    """To which stream a person is moved."""

    stream = forms.CharField(label=_("Stream"), max_length=1000)


class BookingForm(forms.Form):
    """What of a booking is set: a status, a stream, or its referral code and discount; only what the form sends."""

    confirmed = forms.TypedChoiceField(
        label=_("Status"),
        choices=[("-1", ""), ("1", ""), ("2", "")],
        coerce=int,
        empty_value=None,
        required=False,
        error_messages={"invalid_choice": _("Give -1 (cancelled), 1 (pending) or 2 (confirmed)")},
    )
    course_stream = forms.CharField(label=_("Stream"), max_length=1000, required=False)
    referral_code = forms.CharField(
        label=_("Referral code"), max_length=100, required=False, empty_value=None
    )
    discount_percent = forms.IntegerField(label=_("Discount, %"), min_value=0, max_value=100, required=False)

    @property
    def changes(self) -> dict[str, int | str | None]:
        """The columns that the form sent, and what to set them to; the form is valid."""
        sent = {name: value for name, value in self.cleaned_data.items() if name in self.data}
        return {
            name: value
            for name, value in sent.items()
            if value not in (None, "") or name not in ("confirmed", "course_stream")
        }
