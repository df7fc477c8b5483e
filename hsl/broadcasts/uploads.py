"""Photos, videos and documents of messages: kept once, and by the name that Telegram gave them."""

from collections.abc import Iterable
from datetime import timedelta
from hashlib import sha256
from pathlib import PurePath

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext_noop as _

from hsl.broadcasts.content import KINDS
from hsl.broadcasts.models import Upload, UploadedFile
from hsl.school.refusals import InvalidError
from hsl.school.sqlfile import read_sql

MEGABYTE = 2**20
MOST_MEGABYTES = {"photo": 10, "video": 50, "document": 50}
"""What Telegram's own server takes of a bot (Bot API, Sending files)."""
KEPT = timedelta(days=7)
"""How long a file waits for a message that uses it."""
IMAGES = ("image/jpeg", "image/png", "image/webp")
_LONGEST_NAME = 200


def keep(kind: str, file_name: str, data: bytes) -> Upload:
    """Keep a file for messages; the same file again is the one that is kept already.

    Raises InvalidError, naming the field ``media``: it is empty, too big, or not of ``kind``.
    """
    content_type = type_of(data)
    _refuse(kind, data, content_type)
    throw_away_unused()
    values = {
        "file_name": _clean(file_name),
        "content_type": content_type,
        "size": len(data),
        "data": data,
        "created_at": timezone.now(),
    }
    with transaction.atomic():
        upload, made = Upload.objects.defer("data").get_or_create(
            sha256=sha256(data).digest(), kind=kind, defaults=values
        )
        if not made:
            Upload.objects.filter(pk=upload.pk).update(created_at=timezone.now())
    return upload


def file_id(upload_id: int, bot_id: int) -> str:
    """What ``bot_id`` calls an upload; empty while Telegram does not have it from this bot."""
    found = UploadedFile.objects.filter(upload_id=upload_id, bot_id=bot_id).first()
    return found.file_id if found else ""


def of_file_ids(file_ids: Iterable[str], bot_id: int) -> dict[str, int]:
    """The uploads that a bot calls so, by what it calls them."""
    found = UploadedFile.objects.filter(bot_id=bot_id, file_id__in=list(file_ids))
    return dict(found.values_list("file_id", "upload_id"))


def keep_file_id(upload_id: int, bot_id: int, file_id: str) -> None:
    """Remember what a bot calls an upload from now on."""
    UploadedFile.objects.update_or_create(upload_id=upload_id, bot_id=bot_id, defaults={"file_id": file_id})


def throw_away_unused() -> None:
    """Forget files that no message and no template uses, after ``KEPT``."""
    with connection.cursor() as cursor:
        cursor.execute(read_sql(__file__, "sql/unused_uploads.sql"), {"before": timezone.now() - KEPT})


def type_of(data: bytes) -> str:
    """The kind of file, by how it begins; a file that is none of those that we show is just bytes."""
    beginnings = {b"\xff\xd8\xff": "image/jpeg", b"\x89PNG\r\n\x1a\n": "image/png"}
    for beginning, content_type in beginnings.items():
        if data.startswith(beginning):
            return content_type
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    return "video/mp4" if data[4:8] == b"ftyp" else "application/octet-stream"


def refuse_size(kind: str, size: int) -> None:
    """Raise InvalidError for a file that is too big for its ``kind``, before it is read."""
    if kind not in KINDS:
        raise InvalidError(_("media: it is a photo, a video or a document"))
    if size > MOST_MEGABYTES[kind] * MEGABYTE:
        raise InvalidError(
            _("media: the file is too big; Telegram takes %(most)s MB at most"), most=MOST_MEGABYTES[kind]
        )


def _refuse(kind: str, data: bytes, content_type: str) -> None:
    refuse_size(kind, len(data))
    if not data:
        raise InvalidError(_("media: the file is empty"))
    if kind == "photo" and content_type not in IMAGES:
        raise InvalidError(_("media: this is no photo (JPEG, PNG, WebP); send it as a file"))
    if kind == "video" and content_type != "video/mp4":
        raise InvalidError(_("media: this is no video that Telegram plays (MP4); send it as a file"))


def _clean(file_name: str) -> str:
    name = PurePath(file_name.replace("\\", "/")).name
    return "".join(character for character in name if character.isprintable())[-_LONGEST_NAME:] or "file"
