"""What the address of Обзор may say."""

from collections.abc import Mapping
from datetime import date

from django import forms
from django.utils.translation import gettext_lazy as _

from hsl.analytics.ranges import EARLIEST

USUAL = "30"


class DayInput(forms.DateInput):
    """The browser's own calendar."""

    input_type = "date"


class RangeForm(forms.Form):
    """The range picker: a named range, or one of one's own from ``since`` to ``until``, both included."""

    NAMES = (
        ("today", _("Today")),
        ("7", _("7 days")),
        ("30", _("30 days")),
        ("90", _("90 days")),
        ("all", _("All time")),
        ("custom", _("Custom")),
    )

    range = forms.ChoiceField(
        choices=NAMES,
        required=False,
        error_messages={"invalid_choice": _("Choose one of the ranges offered")},
    )
    since = forms.DateField(
        label=_("From"), required=False, input_formats=["%Y-%m-%d"], widget=DayInput(format="%Y-%m-%d")
    )
    until = forms.DateField(
        label=_("To"), required=False, input_formats=["%Y-%m-%d"], widget=DayInput(format="%Y-%m-%d")
    )

    def __init__(self, data: Mapping[str, str], *, today: date) -> None:
        """``data``: the address's query; ``today``: the school's day, the last that can be asked for."""
        super().__init__(data)
        self.today = today
        for name in ("since", "until"):
            self.fields[name].widget.attrs.update(min=EARLIEST.isoformat(), max=today.isoformat())

    def clean_range(self) -> str:
        """The range's name; 30 days where the address names none."""
        return self.cleaned_data["range"] or USUAL

    def clean(self) -> None:
        """Hold a range of one's own to days that can be shown, in their order."""
        if self.cleaned_data.get("range") != "custom":
            return
        for name in ("since", "until"):
            self._check_day(name)
        since, until = self.cleaned_data.get("since"), self.cleaned_data.get("until")
        if since and until and since > until:
            self.add_error("since", _("This day is after the last one; give the earlier day first"))

    def _check_day(self, name: str) -> None:
        if name in self.errors:
            return
        day = self.cleaned_data.get(name)
        if day is None:
            self.add_error(name, _("Give a day"))
        elif not EARLIEST <= day <= self.today:
            self.add_error(name, _("Give a day between 1 January 2000 and today"))

    @property
    def chosen(self) -> str:
        """The range to show: the one asked for, or the usual one where that can't be shown."""
        name: str = self.cleaned_data["range"] if self.is_valid() else USUAL
        return name

    @property
    def asked(self) -> tuple[date, date] | None:
        """The first and last day of a range of one's own; None for a named one."""
        if self.chosen != "custom":
            return None
        return self.cleaned_data["since"], self.cleaned_data["until"]
