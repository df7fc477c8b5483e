"""Files of messages are kept once, are what they say they are, and go when nothing uses them."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from hsl.broadcasts import uploads
from hsl.broadcasts.content import Content, MediaRef
from hsl.broadcasts.models import Template, Upload
from hsl.school.refusals import InvalidError

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 100
MP4 = b"\0\0\0\x18ftypmp42" + b"0" * 100

pytestmark = pytest.mark.django_db


def test_a_file_is_kept_as_it_is_and_once() -> None:
    upload = uploads.keep("photo", "C:\\Фото\\план.png", PNG)
    again = uploads.keep("photo", "other.png", PNG)

    kept = Upload.objects.get()
    assert (again.pk, upload.pk) == (kept.pk, kept.pk)
    assert (bytes(kept.data), kept.size) == (PNG, len(PNG))
    assert (kept.file_name, kept.content_type) == ("план.png", "image/png")


@pytest.mark.parametrize(
    ("kind", "data", "words"),
    [
        ("photo", b"", "empty"),
        ("photo", b"\x89PNG\r\n\x1a\n" + b"0" * 10 * 2**20, "10 MB"),
        ("document", b"0" * (50 * 2**20 + 1), "50 MB"),
        ("photo", b"<svg>", "no photo"),
        ("video", PNG, "no video"),
        ("sticker", PNG, "a photo, a video or a document"),
    ],
)
def test_what_telegram_would_not_take_is_not_kept(kind: str, data: bytes, words: str) -> None:
    with pytest.raises(InvalidError, match=f"^media: .*{words}"):
        uploads.keep(kind, "x", data)
    assert not Upload.objects.exists()


def test_each_bot_has_its_own_name_of_a_file() -> None:
    upload = uploads.keep("video", "x.mp4", MP4)
    uploads.keep_file_id(upload.pk, 1, "BAAC1")
    uploads.keep_file_id(upload.pk, 2, "BAAC2")
    uploads.keep_file_id(upload.pk, 1, "BAAC3")

    assert [uploads.file_id(upload.pk, bot) for bot in (1, 2, 3)] == ["BAAC3", "BAAC2", ""]


def test_a_file_goes_after_a_week_unless_something_uses_it() -> None:
    lost, written, kept = (uploads.keep("document", "x", bytes([n])) for n in range(3))
    Upload.objects.update(created_at=timezone.now() - timedelta(days=8))
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO broadcasts (message_id, content) VALUES (1, jsonb_build_object('media', "
            "jsonb_build_object('kind', 'document', 'upload', %s::bigint)))",
            [written.pk],
        )
    content = Content("", media=MediaRef("document", upload=kept.pk))
    Template.objects.create(name="x", content=content.to_json())
    fresh = uploads.keep("document", "x", b"fresh")

    assert set(Upload.objects.values_list("pk", flat=True)) == {written.pk, kept.pk, fresh.pk}
    assert lost.pk not in {written.pk, kept.pk, fresh.pk}
