"""The jobs of this room."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from hsl.accounts.permissions import Permission
from hsl.jobs.kinds import Arguments, Kind, register
from hsl.school.importing.jobs import IMPORT, UNDO, run_import, run_undo, undo_words, words


def _page(arguments: Arguments) -> str:
    return reverse("import", args=[arguments["import_id"]])


register(
    Kind(
        IMPORT,
        _("Import"),
        run_import,
        Permission.IMPORT_FACTS,
        resumes=True,
        steps={
            "read": _("Reading the file"),
            "check": _("Checking the rows"),
            "write": _("Writing the rows"),
        },
        page=_page,
        words=words,
    )
)
register(
    Kind(
        UNDO,
        _("Undo of an import"),
        run_undo,
        Permission.IMPORT_FACTS,
        resumes=True,
        steps={"undo": _("Deleting the rows")},
        page=_page,
        words=undo_words,
    )
)
