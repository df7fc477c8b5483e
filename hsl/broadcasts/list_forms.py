"""What the addresses of the lists of messages and of recipients may say."""

from typing import Any, cast

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from hsl.broadcasts.queries import NEWEST_FIRST, Counts, Wanted, is_addressed
from hsl.broadcasts.reasons import STATUSES, reason_words
from hsl.broadcasts.recipients import ORDER, STATES, Asked
from hsl.people.filters import ALL, NON_COURSE_USERS
from hsl.people.search import LONGEST
from hsl.ui.dates import moments
from hsl.ui.filters import DayField, FilterForm
from hsl.ui.keyset import Sort

LARGEST_ID = 2**31 - 1
ONE = "one"
"""In place of a group: one person."""


class BroadcastFilter(FilterForm):
    """Which messages."""

    SORTS = (Sort("-id", _("The newest first"), NEWEST_FIRST),)
    DAY_RANGES = (("from_", "to"),)

    q = forms.CharField(
        label=_("Text of the message"),
        max_length=200,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    status = forms.ChoiceField(  # type: ignore[assignment] # fields leave the class: FilterForm.status stays
        label=_("Status"),
        choices=[
            ("", pgettext_lazy("status", "Any")),
            *((name, words[0]) for name, words in STATUSES.items() if name != "failed"),
        ],
        error_messages={"invalid_choice": _("There is no such status; choose from the list")},
    )
    group = forms.ChoiceField(
        label=_("Group"),
        error_messages={"invalid_choice": _("Nothing is called that; choose from the list")},
    )
    from_ = DayField(label=_("From"))
    to = DayField(label=_("To"))

    def __init__(self, request: HttpRequest, groups: dict[str, str]) -> None:
        """``groups``: what each group is called. One that there is no more can be asked for while messages to it are
        here."""
        super().__init__(request)
        asked = self.data.get("group", "")
        readable = asked and "\0" not in asked and len(asked) <= LONGEST
        others = {asked: asked} if readable and asked not in {ONE, *groups} and is_addressed(asked) else {}
        field = cast("forms.ChoiceField", self.fields["group"])
        field.choices = [
            ("", pgettext_lazy("group", "Any")),
            (ONE, _("One person")),
            *(others | groups).items(),
        ]

    @property
    def wanted(self) -> Wanted:
        """What a valid form asks for."""
        data = self.cleaned_data
        since, until = moments(data["from_"], data["to"])
        group = data["group"] or None
        return Wanted(
            status=data["status"] or None,
            group=None if group == ONE else group,
            one=group == ONE,
            since=since,
            until=until,
            q=data["q"],
        )


GROUPS = {ALL: _("Everybody"), NON_COURSE_USERS: _("Without payment")}


class RecipientFilter(FilterForm):
    """Which recipients of a message. What is hidden is set by doors alone."""

    SORTS = (Sort("id", _("In their order"), ORDER),)

    q = forms.CharField(
        label=_("Name, @username, id, email"),
        max_length=LONGEST,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    status = forms.ChoiceField(  # type: ignore[assignment] # fields leave the class: FilterForm.status stays
        label=_("What became of it"),
        choices=[
            ("", pgettext_lazy("delivery", "All")),
            ("sent", pgettext_lazy("delivery", "sent")),
            ("failed", pgettext_lazy("delivery", "failed")),
            ("unknown", pgettext_lazy("delivery", "unknown")),
            ("left", pgettext_lazy("delivery", "left to send")),
            ("deleted", pgettext_lazy("delivery", "recalled")),
        ],
        error_messages={"invalid_choice": _("There is no such status; choose from the list")},
    )
    reason = forms.ChoiceField(
        label=_("Why"),
        error_messages={"invalid_choice": _("There is no such reason here; choose from the list")},
    )
    clicked = forms.IntegerField(
        label=_("Followed a link"), min_value=0, max_value=LARGEST_ID, widget=forms.HiddenInput
    )
    act = forms.IntegerField(
        label=_("Edit or recall"), min_value=1, max_value=LARGEST_ID, widget=forms.HiddenInput
    )
    state = forms.ChoiceField(
        label=_("In the chat"),
        choices=[
            ("", ""),
            ("wanted", pgettext_lazy("act", "not yet")),
            ("done", pgettext_lazy("act", "done")),
            ("refused", pgettext_lazy("act", "refused")),
        ],
        widget=forms.HiddenInput,
    )
    act_reason = forms.CharField(label=_("Refused because"), max_length=100, widget=forms.HiddenInput)

    def __init__(self, request: HttpRequest, counts: Counts) -> None:
        """``counts``: of the message; its reasons can be chosen."""
        super().__init__(request)
        known: dict[str, Any] = {
            reason: reason_words(reason)
            for by_reason in counts.reasons.values()
            for reason in by_reason
            if reason
        }
        asked = self.data.get("reason", "")
        if asked and "\0" not in asked and len(asked) <= LONGEST:
            known = {asked: reason_words(asked)} | known
        field = cast("forms.ChoiceField", self.fields["reason"])
        field.choices = [("", pgettext_lazy("reason", "Any")), *known.items()]
        if not known:
            field.widget = forms.HiddenInput()
        self._counts = counts

    def clean(self) -> None:
        """A reason is one of the failed, or of the unknown."""
        super().clean()
        if self.cleaned_data.get("reason") and not self.cleaned_data.get("status"):
            reason = self.cleaned_data["reason"]
            unknown = reason in self._counts.reasons["unknown"]
            failed = reason in self._counts.reasons["failed"]
            self.cleaned_data["status"] = "unknown" if unknown and not failed else "failed"

    @property
    def asked(self) -> Asked:
        """What a valid form asks for."""
        data = self.cleaned_data
        return Asked(
            status=data["status"] if data["status"] in STATES else None,
            reason=data["reason"] or None,
            q=data["q"],
            clicked=data["clicked"],
            act=data["act"],
            state=data["state"] or None,
            act_reason=data["act_reason"] or None,
        )
