"""The jobs of this room."""

from django.utils.translation import gettext_lazy as _

from hsl.accounts.permissions import Permission
from hsl.jobs.kinds import Kind, register
from hsl.school.importing.jobs import IMPORT, UNDO, run_import, run_undo

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
    )
)
