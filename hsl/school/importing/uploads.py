"""Files to import, uploaded: streamed to the data folder, looked at, thrown away when they are done with."""

import shutil
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO, Any

from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import StopUpload, TemporaryFileUploadHandler
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from hsl.accounts.models import Operator
from hsl.data_dir import make_data_dir
from hsl.school.importing.headers import guess_headers
from hsl.school.importing.kinds import KINDS
from hsl.school.importing.problems import ImportRefusedError, shown
from hsl.school.importing.reading import examine, lines
from hsl.school.models import Import

MOST_BYTES = 2**30
PREVIEWED = 8
MOST_HEADERS = 500
KEPT = timedelta(days=7)
"""How long an uploaded file waits for its import."""


class UploadHandler(TemporaryFileUploadHandler):
    """Streams a file into the data folder, where there is room, and stops at ``MOST_BYTES``: the form then has none."""

    def new_file(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - Django's signature
        """Django's hook."""
        super().new_file(*args, **kwargs)
        if self.file.file:
            self.file.file.close()
        self.file.file = NamedTemporaryFile(suffix=".upload", dir=folder())  # noqa: SIM115 - Django closes it

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Django's hook."""
        if start + len(raw_data) > MOST_BYTES:
            raise StopUpload(connection_reset=False)
        super().receive_data_chunk(raw_data, start)


def folder() -> Path:
    """Where files to import are kept."""
    found = make_data_dir() / "imports"
    found.mkdir(mode=0o700, exist_ok=True)
    return found


def file_of(import_id: int) -> Path:
    """The uploaded file of an import."""
    return folder() / f"{import_id}.csv"


def errors_of(import_id: int) -> Path:
    """The file that keeps what is wrong with it, line by line."""
    return folder() / f"{import_id}.problems.csv"


@dataclass(frozen=True, slots=True)
class Preview:
    """What a file looks like: its header, its first rows, and which header is likely to be which column."""

    header: list[str]
    rows: list[list[str]]
    guesses: dict[str, str]


def upload(kind: str, file: "UploadedFile[Any]", operator: Operator) -> Import:
    """Keep an uploaded file of facts of ``kind`` for its import, after a look at it.

    Raises:
        ImportRefusedError: it is empty, of an encoding that is not known, or of too many columns.
    """
    throw_away_old()
    assert file.file is not None  # noqa: S101 - an upload has one; for the type checker
    preview = look_at(kind, file.file)
    with transaction.atomic():
        one = Import.objects.create(
            kind=kind,
            file_name=shown(file.name or ""),
            size=file.size or 0,
            operator=operator,
            actor=str(operator),
            columns=preview.guesses,
            preview={"header": preview.header, "rows": preview.rows},
        )
        file.file.seek(0)
        with file_of(one.pk).open("wb") as kept:
            shutil.copyfileobj(file.file, kept, 1 << 20)
    return one


def look_at(kind: str, stream: IO[bytes]) -> Preview:
    """Read the beginning of a file, of each row one cell more than there are columns at most. Raises ImportRefusedError
    as ``upload``."""
    make = examine(stream)  # type: ignore[arg-type] # an open file is a BinaryIO in all but name
    read = lines(stream, make)  # type: ignore[arg-type] # as above
    try:
        first = list(islice(read, PREVIEWED + 1))
    finally:
        read.close()
    if not first or first[0].error:
        raise ImportRefusedError(_("The first line is not readable as CSV: it must name the columns."))
    width = len(first[0].cells)
    if width > MOST_HEADERS:
        raise ImportRefusedError(
            _("The first line names %(found)s columns: leave out those of no use, %(most)s at most.")
            % {"found": width, "most": MOST_HEADERS}
        )
    header, *rows = ([shown(cell) for cell in line.cells[: width + 1]] for line in first)
    return Preview(header, rows, guess_headers(KINDS[kind], header))


def throw_away(one: Import) -> None:
    """Forget an uploaded file that was not imported."""
    delete_files(one.pk)
    one.delete()


def delete_files(import_id: int) -> None:
    """Delete what is kept of an import on disk."""
    for path in (file_of(import_id), errors_of(import_id)):
        path.unlink(missing_ok=True)


def throw_away_old() -> None:
    """Forget files that nobody imported within ``KEPT``: people's data are not to lie about."""
    old = Import.objects.filter(state=Import.State.UPLOADED, created_at__lt=timezone.now() - KEPT)
    for one in old.select_related("job"):
        if one.job is None or not one.job.under_way:
            throw_away(one)
