"""What the addresses of this room's lists may say."""

from typing import cast

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from hsl.accounts.acts import ACTS
from hsl.accounts.models import ApiKey, Operator
from hsl.accounts.record import NEWEST
from hsl.ui.filters import DayOrMomentField, FilterForm
from hsl.ui.keyset import Sort


class RecordFilter(FilterForm):
    """Which acts of the operators' record."""

    SORTS = (Sort("-at", _("The newest first"), NEWEST),)
    DAY_RANGES = (("from_", "to"),)

    who = forms.ChoiceField(
        label=_("Who"),
        error_messages={"invalid_choice": _("Nobody here is called that; choose from the list")},
    )
    act = forms.ChoiceField(
        label=_("What"),
        choices=[("", _("Everything")), *ACTS.items()],
        error_messages={"invalid_choice": _("No act is called that; choose from the list")},
    )
    from_ = DayOrMomentField(label=_("From"))
    to = DayOrMomentField(label=_("To"))
    subject = forms.CharField(label=_("On what"), max_length=128, widget=forms.HiddenInput)

    def __init__(self, request: HttpRequest) -> None:
        super().__init__(request)
        operators = [(f"operator:{one.pk}", one.name) for one in Operator.objects.order_by("username")]
        keys = [(f"api_key:{one.pk}", str(one)) for one in ApiKey.objects.order_by("name", "pk")]
        who = cast("forms.ChoiceField", self.fields["who"])
        who.choices = [("", _("Everybody")), *operators, *keys, ("hsl", _("the command line"))]
