"""The forms of the import pages."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from hsl.school.importing.column_names import COLUMN_NAMES
from hsl.school.importing.kinds import KINDS
from hsl.school.models import Import

KIND_NAMES = {"bookings": _("Bookings"), "registrations": _("Registrations"), "events": _("Events")}
MEANINGS = {"2": _("Means “confirmed”"), "1": _("Means “pending”"), "-1": _("Means “cancelled”")}


class UploadForm(forms.Form):
    """A file, and what it holds."""

    kind = forms.ChoiceField(label=_("What the file holds"), choices=list(KIND_NAMES.items()))
    file = forms.FileField(
        label=_("CSV file"),
        help_text=_("Up to 1 GB, in UTF-8 or Windows-1251; the first line names the columns."),
        allow_empty_file=True,
        error_messages={"required": _("Choose a file of at most 1 GB")},
        widget=forms.FileInput(attrs={"accept": ".csv,.tsv,.txt,text/csv"}),
    )

    @property
    def uploaded(self) -> "UploadedFile[Any]":
        """The file of a valid form."""
        file: UploadedFile[Any] = self.cleaned_data["file"]
        return file


class MappingForm(forms.Form):
    """Which header of the file is which column of the specification; and, for bookings, what its words for a status
    mean."""

    def __init__(self, one: Import, data: Any = None) -> None:  # noqa: ANN401 - Django's signature
        super().__init__(data, initial=_initial(one))
        headers = [(header, header) for header in dict.fromkeys(one.preview["header"]) if header]
        for column in KINDS[one.kind].columns:
            needed = column.default is None
            self.fields[_field(column.name)] = forms.ChoiceField(
                label=COLUMN_NAMES[column.name],
                help_text=column.name,
                required=needed,
                choices=[("", _("choose…") if needed else _("not in the file")), *headers],
                error_messages={
                    "required": _("Choose the header that holds it"),
                    "invalid_choice": _("The file has no such header"),
                },
            )
        if one.kind == "bookings":
            for value, label in MEANINGS.items():
                self.fields[f"means_{value}"] = forms.CharField(
                    label=label,
                    required=False,
                    max_length=500,
                    help_text=_("The file's words for it, with commas between them. Not needed for %s.")
                    % value,
                )

    @property
    def columns(self) -> dict[str, str]:
        """Each column's header, an empty text for none."""
        fields = {name.removeprefix("column_"): value for name, value in self.cleaned_data.items()}
        return {name: value for name, value in fields.items() if _field(name) in self.fields}

    @property
    def maps(self) -> list[list[str]]:
        """What words of the file mean: column, word, meaning."""
        return [
            ["confirmed", word.strip(), value]
            for value in MEANINGS
            for word in self.cleaned_data.get(f"means_{value}", "").split(",")
            if word.strip()
        ]


def _field(column: str) -> str:
    return f"column_{column}"


def _initial(one: Import) -> dict[str, str]:
    words: dict[str, list[str]] = {}
    for _column, word, value in one.maps:
        words.setdefault(f"means_{value}", []).append(word)
    columns = {_field(name): header for name, header in one.columns.items()}
    return columns | {name: ", ".join(said) for name, said in words.items()}
