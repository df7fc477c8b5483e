"""The HTTP server: the Bot API under ``/bot<token>/``, and under ``/__…`` what tests and the demo ask of it.

A bare handler without routes or middleware: it plays for a sender of a thousand messages a second, on one core with it.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from http import HTTPStatus
from typing import cast
from urllib.parse import parse_qsl
from weakref import WeakSet

from aiohttp import BodyPartReader, web

from hsl.telegram.simulator import control
from hsl.telegram.simulator.errors import ApiError, too_many
from hsl.telegram.simulator.faults import Fault
from hsl.telegram.simulator.parameters import Parameters, Upload
from hsl.telegram.simulator.settings import Settings
from hsl.telegram.simulator.world import Bot, World

GOODBYE_SECONDS = 0.1
ROUNDS = 5
"""Of the loop, until a connection that was accepted last is set up, or one that was cut is closed."""
BACKLOG = 128
PAGE = "<html><head><title>{0}</title></head><body><h1>{0}</h1><hr>nginx</body></html>"


class _Server(web.Server):
    """Cuts at its end also who does not read what was answered: to close politely waits for them."""

    def __init__(self, handler: Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]) -> None:
        super().__init__(handler, access_log=None)
        self._transports: WeakSet[asyncio.Transport] = WeakSet()

    def connection_made(self, handler: web.RequestHandler, transport: asyncio.Transport) -> None:
        super().connection_made(handler, transport)
        self._transports.add(transport)

    def abort(self) -> None:
        for transport in self._transports:
            transport.abort()


async def _rounds() -> None:
    for _ in range(ROUNDS):
        await asyncio.sleep(0)


class Simulator:
    """One server. Its ``world`` may be looked at from its own thread only."""

    def __init__(self, settings: Settings | None = None) -> None:
        """Nothing listens yet."""
        self.world = World(settings or Settings())
        self._http: _Server | None = None
        self._listening: asyncio.Server | None = None

    async def start(self, host: str, port: int) -> int:
        """Listen; the port that was taken, where ``port`` is 0.

        Raises:
            OSError: the port can't be had.
        """
        self._http = _Server(self._handle)
        listening = await asyncio.get_running_loop().create_server(self._http, host, port, backlog=BACKLOG)
        self._listening = listening
        return int(listening.sockets[0].getsockname()[1])

    async def stop(self) -> None:
        """Close all connections."""
        if self._listening is not None and self._http is not None:
            loop = asyncio.get_running_loop()
            for listener in self._listening.sockets:
                loop.remove_reader(listener.fileno())
            await _rounds()  # asyncio leaves open what it accepted and has not set up when its server closes
            self._listening.close()
            self._http.pre_shutdown()
            await self._http.shutdown(GOODBYE_SECONDS)
            self._http.abort()
            await _rounds()

    async def _handle(self, request: web.BaseRequest) -> web.StreamResponse:
        path = request.path
        if path.startswith("/bot"):
            token, _, method = path[4:].partition("/")
            return await self._bot_api(request, token, method)
        if path.startswith("/__"):
            return await control.answer(self.world, request)
        return _failure(ApiError(HTTPStatus.NOT_FOUND, "Not Found"))

    async def _bot_api(self, request: web.BaseRequest, token: str, name: str) -> web.StreamResponse:
        world, method = self.world, name.lower()
        world.requests[method] += 1
        try:
            given = await _parameters(request)
            if world.settings.latency:
                await asyncio.sleep(world.settings.latency)
            bot = world.bot(token)
            fault = world.faults.strike(method, _chat_of(given))
            if fault is None:
                return _success(world.call(bot, method, given))
            return await self._struck(request, fault, bot, method, given)
        except ApiError as error:
            world.answers[error.status] += 1
            return _failure(error)

    async def _struck(
        self, request: web.BaseRequest, fault: Fault, bot: Bot, method: str, given: Parameters
    ) -> web.StreamResponse:
        if fault.kind == "throttle":
            raise too_many(fault.seconds)
        result: object = None
        if fault.accepted or fault.kind == "slow":
            result = self.world.call(bot, method, given)
        match fault.kind:
            case "slow":
                await asyncio.sleep(fault.seconds)
                return _success(result)
            case "drop":
                if request.transport is not None:
                    request.transport.abort()
                return web.Response()
            case "unreadable":
                return web.Response(text=PAGE.format("Welcome"), content_type="text/html")
        status = HTTPStatus(fault.status)
        if status == HTTPStatus.INTERNAL_SERVER_ERROR:
            raise ApiError(status, status.phrase)
        self.world.answers[status] += 1
        return web.Response(
            status=status, text=PAGE.format(f"{status} {status.phrase}"), content_type="text/html"
        )


async def _parameters(request: web.BaseRequest) -> Parameters:
    given: dict[str, object] = dict(request.query) if request.query_string else {}
    kind = request.content_type
    if kind == "application/json":
        try:
            body = json.loads(await request.read())
        except ValueError:
            raise ApiError(HTTPStatus.BAD_REQUEST, "Bad Request: can't parse JSON object") from None
        return given | body if isinstance(body, dict) else given
    if kind == "application/x-www-form-urlencoded":
        text = (await request.read()).decode("utf-8", "replace")
        return given | dict(parse_qsl(text, keep_blank_values=True))
    if kind == "multipart/form-data":
        return given | await _parts(request)
    return given


async def _parts(request: web.BaseRequest) -> dict[str, object]:
    found: dict[str, object] = {}
    async for part in await request.multipart():
        if not isinstance(part, BodyPartReader) or part.name is None:
            continue
        if part.filename is None:
            found[part.name] = await part.text()
            continue
        size = 0
        while chunk := await part.read_chunk(65536):
            size += len(chunk)
        found[part.name] = Upload(part.filename, size)
    return found


def _chat_of(given: Parameters) -> int:
    try:
        return int(cast("str", given.get("chat_id", 0)))
    except (ValueError, TypeError):
        return 0


def _success(result: object) -> web.Response:
    return _json({"ok": True, "result": result}, HTTPStatus.OK)


def _failure(error: ApiError) -> web.Response:
    answer: dict[str, object] = {
        "ok": False,
        "error_code": int(error.status),
        "description": error.description,
    }
    if error.parameters:
        answer["parameters"] = error.parameters
    return _json(answer, error.status)


def _json(answer: Mapping[str, object], status: int) -> web.Response:
    text = json.dumps(answer, ensure_ascii=False, separators=(",", ":"))
    return web.Response(body=text.encode(), status=status, content_type="application/json")
