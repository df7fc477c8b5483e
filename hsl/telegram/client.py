"""The way to Telegram, over aiohttp: answers as outcomes, never as exceptions.

Whether a message may have been delivered is decided by whether its request was written, not by what broke afterwards.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Self

from aiohttp import ClientSession, ClientTimeout, DummyCookieJar, FormData, TCPConnector, hdrs
from aiohttp.payload import BytesPayload, Payload

from hsl.telegram import requests
from hsl.telegram.body import Body
from hsl.telegram.messages import Copy, MediaKind
from hsl.telegram.outcomes import (
    MAX_WORDS,
    BotWrong,
    Done,
    Outcome,
    Sent,
    Unknown,
    Wait,
    classify,
    classify_act,
)
from hsl.telegram.requests import Request

#: An idle connection is closed so early that no server has closed it before: a request on a dead one looks lost.
KEEP_ALIVE_SECONDS = 5.0
CONNECT_SECONDS = 10.0
RETRY_SECONDS = 1.0
#: Of the slowest connection on which an upload still counts as alive.
BYTES_A_SECOND = 100_000

Meaning = Callable[[int, str, Mapping[str, object]], Outcome]


@dataclass(frozen=True, slots=True)
class Bot:
    """Whose token it is."""

    id: int
    username: str
    first_name: str


@dataclass(frozen=True, slots=True)
class _Answer:
    """The ``result`` of a request that Telegram did."""

    result: object


def always() -> bool:
    """Yes: for those who have nothing to ask before a request is written."""
    return True


def bot_id(token: str) -> int:
    """The bot's own Telegram id, with which its token begins.

    Raises:
        ValueError: it is no token; the message does not quote it.
    """
    number, _, secret = token.partition(":")
    if not (number.isascii() and number.isdigit() and int(number) > 0 and secret and secret.isascii()):
        raise ValueError("not a bot's token")
    return int(number)


class Telegram:
    """A bot's connections to Telegram; an async context manager. Any number of tasks may use it at once.

    No method raises for anything that Telegram or the network does. A cancelled one leaves its connection closed, and
    open only the question whether its message was delivered.
    """

    def __init__(
        self,
        token: str,
        *,
        api_url: str,
        connections: int,
        timeout: float,
        before_write: Callable[[], bool] = always,
    ) -> None:
        """Nothing is connected yet.

        Args:
            token: the bot's.
            api_url: of the Bot API server.
            connections: at most so many at once; further requests wait for one.
            timeout: seconds for a request, from asking for a connection to the end of its answer.
            before_write: asked right before a request is written, each time; where it says no, nothing is written
                and the outcome is ``Wait`` with the reason ``lease``.

        Raises:
            ValueError: it is no token.
        """
        self.bot_id = bot_id(token)
        self._secret = token.partition(":")[2]
        self._methods = f"{api_url.rstrip('/')}/bot{token}/"
        self._connections = connections
        self._timeout = timeout
        self._before_write = before_write
        self._session: ClientSession

    async def __aenter__(self) -> Self:
        """Ready; connections are made as they are needed."""
        self._session = ClientSession(
            connector=TCPConnector(limit=self._connections, keepalive_timeout=KEEP_ALIVE_SECONDS),
            cookie_jar=DummyCookieJar(),
            skip_auto_headers=[hdrs.ACCEPT_ENCODING],
        )
        return self

    async def __aexit__(self, *_: object) -> None:
        """Close all connections."""
        await self._session.close()

    async def me(self) -> Bot | Outcome:
        """The bot, as Telegram knows it. ``before_write`` is not asked: this changes nothing."""
        answer = await self._ask(Request("getMe", {}), classify, before_write=always)
        match answer:
            case _Answer({"id": int(number), "first_name": str(name), **more}):
                return Bot(number, str(more.get("username", "")), name)
            case _Answer(result):
                return BotWrong("address", _shown(result))
            case Unknown("unreadable_answer", words):
                return BotWrong("address", words)
        return answer

    async def send(self, chat_id: int, copy: Copy) -> Outcome:
        """Send one person's copy; media by their ``file_id``."""
        return await self._deliver(requests.send(chat_id, copy))

    async def upload(self, chat_id: int, kind: MediaKind, filename: str, data: bytes, copy: Copy) -> Outcome:
        """Send a file with the copy's text under it; ``Sent`` holds the ``file_id`` to send it by from now on."""
        request = requests.upload(chat_id, kind, copy)
        return await self._deliver(request, {kind: (requests.safe_filename(filename), data)})

    async def edit(self, chat_id: int, message_id: int, copy: Copy) -> Outcome:
        """Put the copy's text and buttons in place of those of a message; its media stay."""
        return await self._act(requests.edit(chat_id, message_id, copy))

    async def delete(self, chat_id: int, message_id: int) -> Outcome:
        """Delete a message on both sides of the chat."""
        return await self._act(Request("deleteMessage", {"chat_id": chat_id, "message_id": message_id}))

    async def _deliver(
        self, request: Request, files: Mapping[str, tuple[str, bytes]] | None = None
    ) -> Outcome:
        answer = await self._ask(request, classify, files=files)
        match answer:
            case _Answer({"message_id": int(number)} as message):
                return Sent(number, requests.file_id_in(message))
            case _Answer(result):
                return Unknown("unreadable_answer", _shown(result))
        return answer

    async def _act(self, request: Request) -> Outcome:
        answer = await self._ask(request, classify_act)
        match answer:
            case _Answer(True) | _Answer({"message_id": _}):
                return Done()
            case _Answer(result):
                return Unknown("unreadable_answer", _shown(result))
        return answer

    async def _ask(
        self,
        request: Request,
        meaning: Meaning,
        *,
        files: Mapping[str, tuple[str, bytes]] | None = None,
        before_write: Callable[[], bool] | None = None,
    ) -> _Answer | Outcome:
        seconds = self._timeout + sum(len(data) for _, data in (files or {}).values()) / BYTES_A_SECOND
        body = Body(_form(request, files) if files else _json(request), before_write or self._before_write)
        try:
            async with self._session.post(
                self._methods + request.method,
                data=body,
                allow_redirects=False,
                timeout=ClientTimeout(total=seconds, sock_connect=CONNECT_SECONDS),
            ) as answer:
                status, content = answer.status, await answer.read()
        except Exception as error:  # noqa: BLE001 - whatever broke: whether it was written decides, and nothing else
            return self._unanswered(body, error)
        return _read(status, content, meaning)

    def _unanswered(self, body: Body, error: Exception) -> Wait | Unknown:
        if body.refused:
            return Wait(0.0, "lease")
        words = _storable(f"{type(error).__name__}: {error}".replace(self._secret, "…"))[:MAX_WORDS]
        if not body.written:
            return Wait(RETRY_SECONDS, "refused_connection", words)
        return Unknown("timeout" if isinstance(error, TimeoutError) else "cut_connection", words)


def _json(request: Request) -> Payload:
    text = json.dumps(request.parameters, ensure_ascii=False, separators=(",", ":"))
    return BytesPayload(text.encode("utf-8", "replace"), content_type="application/json")


def _form(request: Request, files: Mapping[str, tuple[str, bytes]]) -> Payload:
    form = FormData(quote_fields=False)
    for name, value in request.parameters.items():
        form.add_field(name, value if isinstance(value, str) else json.dumps(value))
    for name, (filename, data) in files.items():
        form.add_field(name, data, filename=filename, content_type="application/octet-stream")
    return form()


def _read(status: int, content: bytes, meaning: Meaning) -> _Answer | Outcome:
    try:
        answer = json.loads(content)
    except (ValueError, RecursionError):  # not JSON, not in UTF-8, or nested without end
        answer = None
    if not isinstance(answer, dict):
        return meaning(status, "", {})
    if answer.get("ok") is True and status < HTTPStatus.MULTIPLE_CHOICES:
        return _Answer(answer.get("result"))
    parameters = answer.get("parameters")
    words = answer.get("description")
    return meaning(
        status,
        _storable(words) if isinstance(words, str) else "",
        parameters if isinstance(parameters, dict) else {},
    )


def _storable(words: str) -> str:
    """Words as a database can keep them, whatever was between us and Telegram."""
    return words.replace("\0", "").encode("utf-8", "replace").decode()


def _shown(result: object) -> str:
    return repr(result)[:MAX_WORDS]
