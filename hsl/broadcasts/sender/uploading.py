"""The file of a message goes to Telegram with one recipient's copy; the others get it by the file_id that it has then.

Repeated uploads are slowed down by Telegram itself, so of one file there is one at a time, of all workers together.
"""

import time
from dataclasses import replace
from typing import Any

import structlog
from psycopg import AsyncConnection

from hsl.broadcasts.content import MediaRef
from hsl.broadcasts.sender.database import AWAY, value
from hsl.broadcasts.sender.outbox import Outgoing
from hsl.broadcasts.sender.store import Store
from hsl.telegram.client import Telegram
from hsl.telegram.messages import Copy, Media
from hsl.telegram.outcomes import MessageWrong, Outcome, Sent, Wait

AGAIN_SECONDS = 1.0
NO_FILE = MessageWrong("file", "")
"""Nothing was sent: the file is not there any more."""
_ALONE = "SELECT pg_try_advisory_lock(hashtextextended('upload', %s))"
_KNOWN = "SELECT file_id FROM uploaded_files WHERE upload_id = %s AND bot_id = %s"
_FILE = "SELECT file_name, data FROM uploads WHERE id = %s"
_KEEP = """
INSERT INTO uploaded_files (upload_id, bot_id, file_id) VALUES (%s, %s, %s)
ON CONFLICT (upload_id, bot_id) DO UPDATE SET file_id = EXCLUDED.file_id
"""

log = structlog.get_logger()


class Uploading:
    """Sends messages whose file Telegram does not have yet."""

    def __init__(self, store: Store, telegram: Telegram) -> None:
        self._store, self._telegram = store, telegram

    async def send(self, chat_id: int, message: Outgoing, media: MediaRef, copy: Copy) -> Outcome:
        """Send one copy with the file itself, and remember what Telegram calls it; where another is at that, the copy
        waits."""
        outcome, known = await self._alone(chat_id, media, copy)
        if known:
            message.filler.has_file(Media(media.kind, known))
            if outcome is None:
                return await self._telegram.send(chat_id, replace(copy, media=Media(media.kind, known)))
        if outcome is None:
            message.look_again_at = time.monotonic() + AGAIN_SECONDS
        return outcome or Wait(AGAIN_SECONDS, "uploading")

    async def _alone(self, chat_id: int, media: MediaRef, copy: Copy) -> tuple[Outcome | None, str]:
        """What became of the upload, None where there was none, and the file_id where it is known. The lock is that of
        a connection of its own, which is not one of the pool's: nobody else's statements wait while the bytes go out,
        and a worker that dies leaves no lock behind."""
        if media.upload is None:
            return NO_FILE, ""
        outcome: Outcome | None = None
        known = ""
        try:
            async with self._store.apart() as conn:
                if not await value(conn, _ALONE, [media.upload]):
                    return None, ""
                known = await value(conn, _KNOWN, [media.upload, self._store.bot_id]) or ""
                if not known:
                    outcome = await self._upload(conn, chat_id, media, copy)
                    known = outcome.file_id if isinstance(outcome, Sent) else ""
                    if known:
                        await self._store.run(_KEEP, [media.upload, self._store.bot_id, known])
        except AWAY as error:
            log.warning("what telegram calls a file was not noted", error=str(error).strip())
        return outcome, known

    async def _upload(self, conn: AsyncConnection[Any], chat_id: int, media: MediaRef, copy: Copy) -> Outcome:
        found = await (await conn.execute(_FILE, [media.upload], binary=True)).fetchone()
        if found is None:
            return NO_FILE
        name, data = found
        return await self._telegram.upload(chat_id, media.kind, name, data, copy)
