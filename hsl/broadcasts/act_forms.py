"""Forms of what is done to a message."""

from collections.abc import Mapping

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy


class TimeForm(forms.Form):
    """When a scheduled message goes out."""

    at = forms.DateTimeField(
        label=gettext_lazy("Time"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"],
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        help_text=gettext_lazy("In the school's time zone."),
    )


class NumberForm(forms.Form):
    """The message's number, typed by who means it."""

    number = forms.CharField(max_length=20)

    def __init__(self, data: Mapping[str, str] | None, message_id: int) -> None:
        super().__init__(data)
        self._message_id = message_id

    def clean_number(self) -> str:
        """It is this message's."""
        typed: str = self.cleaned_data["number"].strip()
        if typed != str(self._message_id):
            raise forms.ValidationError(
                _("Type the number of this message: %(id)s") % {"id": self._message_id}
            )
        return typed
