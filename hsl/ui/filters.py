"""Filters of a list, as its address holds them. One that can't be read is refused, naming its field."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple
from urllib.parse import urlencode

from django import forms
from django.core.validators import ProhibitNullCharactersValidator
from django.forms import BoundField
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from hsl.ui.dates import moments
from hsl.ui.keyset import Cursor, Sort

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

CURSORS = ("after", "before")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\dZ\Z")


class DayInput(forms.DateInput):
    """The browser's own calendar; plain text for a moment, which a calendar can't hold."""

    input_type = "date"

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:  # noqa: ANN401 - Django's signature
        """Django's hook."""
        context = super().get_context(name, value, attrs)
        if isinstance(value, datetime) or (isinstance(value, str) and _MOMENT.match(value)):
            context["widget"]["type"] = "text"
        return context


class DayField(forms.DateField):
    """A day of the school's zone, as YYYY-MM-DD, for which every zone has a moment that Python can hold."""

    def __init__(self, *, label: "StrOrPromise") -> None:
        super().__init__(
            label=label,
            required=False,
            input_formats=["%Y-%m-%d"],
            widget=DayInput(format="%Y-%m-%d"),
            error_messages={"invalid": _("Give a day as YYYY-MM-DD, like 2026-11-24")},
            validators=[_refuse_days_beyond],
        )


class DayOrMomentField(DayField):
    """A day at which a list of what happens begins or ends. Numbers that are not of whole days lead here with a moment
    instead, as 2026-11-24T09:15Z (UTC), which is a ``datetime``: a list that begins there holds it, one that ends there
    does not."""

    def to_python(self, value: Any) -> date | None:  # noqa: ANN401 - Django's signature
        """Django's hook."""
        if isinstance(value, str) and _MOMENT.match(value):
            try:
                return datetime.strptime(value, "%Y-%m-%dT%H:%MZ").replace(tzinfo=UTC)
            except ValueError as error:
                raise forms.ValidationError(self.error_messages["invalid"], code="invalid") from error
        return super().to_python(value)


def _refuse_days_beyond(value: date) -> None:
    day = value.date() if isinstance(value, datetime) else value
    if not date(1, 1, 2) <= day <= date(9999, 12, 30):
        raise forms.ValidationError(_("Give a day between 0001-01-02 and 9999-12-30"))


class Chip(NamedTuple):
    """A filter that has no field on the page, with the address of the list without it."""

    label: str
    text: str
    url: str


class FilterForm(forms.Form):
    """Base of the filters of every list. The address's parameters are the names of its fields, without an underscore
    at the end (``from_`` stands for ``from``).

    ``SORTS``: the ways to sort, the usual one first. ``FOLDED``: fields that are shown folded away. ``DAY_RANGES``:
    pairs of day fields, the first not after the second. Fields with a hidden widget are set by doors alone: show
    them as chips.
    """

    SORTS: ClassVar[tuple[Sort, ...]] = ()
    FOLDED: ClassVar[tuple[str, ...]] = ()
    DAY_RANGES: ClassVar[tuple[tuple[str, str], ...]] = ()

    after = forms.CharField(required=False, max_length=2000, widget=forms.HiddenInput)
    before = forms.CharField(required=False, max_length=2000, widget=forms.HiddenInput)

    def __init__(self, request: HttpRequest) -> None:
        super().__init__(request.GET)
        self.path = request.path
        self.cursor: Cursor | None = None
        if len(self.SORTS) > 1:
            self.fields["sort"] = forms.ChoiceField(
                label=_("Sort"), required=False, choices=[(sort.name, sort.label) for sort in self.SORTS]
            )
        for field in self.fields.values():
            field.required = False

    def add_prefix(self, field_name: str) -> str:
        """Django's hook: the parameter's name."""
        return field_name.rstrip("_")

    def clean(self) -> None:
        """Hold ranges of days to their order, and read the cursor."""
        self._refuse_nul()
        for first, last in self.DAY_RANGES:
            self._check_range(first, last)
        if "sort" not in self.errors:
            self._read_cursor()

    def _refuse_nul(self) -> None:
        """Also where any text means yes: what was asked for goes on record, and PostgreSQL keeps no NUL."""
        for name in self.fields:
            try:
                ProhibitNullCharactersValidator()(self.data.get(self.add_prefix(name), ""))
            except forms.ValidationError as error:
                if name not in self.errors:
                    self.add_error(name, error)

    def _check_range(self, first: str, last: str) -> None:
        from_, to = self.cleaned_data.get(first), self.cleaned_data.get(last)
        since, until = moments(from_, to)
        empty_moments = since == until and isinstance(to, datetime)
        if since and until and since >= until and not empty_moments:
            self.add_error(first, _("This day is after the last one; give the earlier day first"))

    def _read_cursor(self) -> None:
        for name in CURSORS:
            text = self.cleaned_data.get(name)
            if not text or not self.SORTS:
                continue
            try:
                self.cursor = self.sort.order.read(text, backwards=name == "before")
            except ValueError:
                self.add_error(name, _("This is no place in this list; begin at its first page"))

    @property
    def sort(self) -> Sort:
        """The way to sort that was asked for, else the usual one."""
        asked = self.data.get("sort")
        return next((sort for sort in self.SORTS if sort.name == asked), self.SORTS[0])

    @property
    def is_narrowed(self) -> bool:
        """Whether any filter was asked for."""
        return any(name not in (*CURSORS, "sort") for name in self._asked)

    @property
    def status(self) -> int:
        """The answer's status: 400 where a filter can't be read."""
        return 200 if self.is_valid() else 400

    def address(self, **changes: object) -> str:
        """The address of this list with these filters, at its first page, and with ``changes``: parameters by name,
        None or an empty text for none."""
        asked = {name: value for name, value in self._asked.items() if name not in CURSORS}
        given = {name: value for name, value in {**asked, **changes}.items() if value not in (None, "")}
        return f"{self.path}?{urlencode(given)}" if given else self.path

    def query(self) -> str:
        """The filters and the sort alone, as another address of the same list (an export) takes them."""
        return self.address().partition("?")[2]

    def chip(self, name: str, text: str) -> Chip:
        """The chip of the hidden filter ``name``, whose value people call ``text``."""
        return Chip(str(self.fields[name].label or name), text, self.address(**{self.add_prefix(name): None}))

    def problems(self) -> list[tuple[str, str]]:
        """What can't be read: the field's name for people, and what to do."""
        return [
            (gettext("Address") if name == "__all__" else str(self[name].label), str(error))
            for name, errors in self.errors.items()
            for error in errors
        ]

    def shown(self) -> list[BoundField]:
        """The fields that are always in sight."""
        return [field for field in self.visible_fields() if field.name not in self.FOLDED]

    def folded(self) -> list[BoundField]:
        """The fields that are folded away."""
        return [field for field in self.visible_fields() if field.name in self.FOLDED]

    def folded_asked(self) -> int:
        """How many of them are asked for."""
        return sum(1 for field in self.folded() if self.data.get(field.html_name))

    def carried(self) -> Iterator[BoundField]:
        """Hidden filters that were asked for: another choice keeps them."""
        return (
            field
            for field in self.hidden_fields()
            if field.name not in CURSORS and self.data.get(field.html_name)
        )

    @cached_property
    def _asked(self) -> dict[str, str]:
        names = [self.add_prefix(name) for name in self.fields]
        return {name: value for name in names if (value := self.data.get(name))}
