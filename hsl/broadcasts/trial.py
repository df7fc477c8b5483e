"""A message tried on the operator who writes it, before anybody else gets it.

Telegram itself then reads its markup, and a file is brought to it once: all others get it by its ``file_id``."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import cast

from django.conf import settings
from django.utils.translation import gettext_noop as _

from hsl.accounts.models import Operator
from hsl.broadcasts import uploads
from hsl.broadcasts.content import Content, MediaRef
from hsl.broadcasts.filling import Filler
from hsl.broadcasts.models import Upload
from hsl.broadcasts.readers import oneself
from hsl.broadcasts.validation import refuse_problems
from hsl.school.refusals import ConflictError
from hsl.telegram.bot import our_bot
from hsl.telegram.client import Telegram
from hsl.telegram.messages import Copy, MediaKind
from hsl.telegram.outcomes import Outcome, Sent

TIMEOUT_SECONDS = 15.0


def send_to_oneself(content: Content, operator: Operator) -> Outcome:
    """Send a message to the operator, with links that lead straight; gives what Telegram made of it.

    Raises InvalidError where the message is not fit to be sent; ConflictError where there is no bot to send with, or
    the operator has not said where it reaches them.
    """
    bot = our_bot()
    if bot is None:
        raise ConflictError(_("There is no bot to send with: set HSL_BOT_TOKEN and start again"))
    if operator.telegram_id is None:
        raise ConflictError(
            _("The bot does not know you yet: give your Telegram id on the page of your account")
        )
    refuse_problems(content)
    known = file_id_of(content, bot)
    copy = Filler(content, known or None, None).copy(oneself(operator))
    upload = None if known else _upload(content.media)
    with ThreadPoolExecutor(1) as beside:  # who called may be within a loop of their own
        outcome = beside.submit(asyncio.run, _send(operator.telegram_id, copy, upload)).result()
    if upload is not None and isinstance(outcome, Sent) and outcome.file_id:
        uploads.keep_file_id(upload.pk, bot, outcome.file_id)
    return outcome


def file_id_of(content: Content, bot_id: int) -> str:
    """What a bot calls the media of a message; empty where there is none, or Telegram does not have it yet."""
    media = content.media
    if media is None:
        return ""
    return media.file_id or (uploads.file_id(media.upload, bot_id) if media.upload is not None else "")


def _upload(media: MediaRef | None) -> Upload | None:
    return None if media is None or media.upload is None else Upload.objects.get(pk=media.upload)


async def _send(chat_id: int, copy: Copy, upload: Upload | None) -> Outcome:
    async with Telegram(
        settings.BOT_TOKEN, api_url=settings.TELEGRAM_API_URL, connections=1, timeout=TIMEOUT_SECONDS
    ) as telegram:
        if upload is None:
            return await telegram.send(chat_id, copy)
        return await telegram.upload(
            chat_id, cast("MediaKind", upload.kind), upload.file_name, bytes(upload.data), copy
        )
