"""What became of a message is said truly: by what was written, whatever broke afterwards."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hsl.telegram.client import Bot, Telegram, always, bot_id
from hsl.telegram.messages import Button, Copy, Media
from hsl.telegram.outcomes import (
    BotWrong,
    Done,
    MessageWrong,
    Migrated,
    Outcome,
    Refused,
    Sent,
    Unknown,
    Unreachable,
    Wait,
)
from tests.loops import run as in_a_loop
from tests.telegram.simulated import SimulatedTelegram

HELLO = Copy("Привет")
TOKEN = SimulatedTelegram.token
SECRET = TOKEN.partition(":")[2]


def client(
    url: str,
    *,
    connections: int = 10,
    timeout: float = 10,
    before_write: Callable[[], bool] = always,
    token: str = TOKEN,
) -> Telegram:
    return Telegram(token, api_url=url, connections=connections, timeout=timeout, before_write=before_write)


def ask(url: str, work: Callable[[Telegram], Awaitable[Any]], **options: Any) -> Any:
    async def run() -> Any:
        async with client(url, **options) as telegram:
            return await work(telegram)

    return in_a_loop(run())


def send(url: str, copy: Copy = HELLO, chat_id: int = 1, **options: Any) -> Outcome:
    outcome: Outcome = ask(url, lambda telegram: telegram.send(chat_id, copy), **options)
    return outcome


@asynccontextmanager
async def raw_server(
    answer: Callable[[bytes], bytes | None], connections: list[str] | None = None, *, last: bool = False
) -> AsyncIterator[str]:
    """Answers each request with bytes, and closes the connection where there are none, or with ``last`` after it; notes
    each connection."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if connections is not None:
            connections.append(str(writer.get_extra_info("peername")))
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
                said = answer(head + await reader.readexactly(length))
                if said is None:
                    break
                writer.write(said)
                if last:
                    break
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(talk, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()
        await server.wait_closed()


def send_raw(answer: Callable[[bytes], bytes | None], times: int = 1, *, last: bool = False) -> list[Outcome]:
    async def run() -> list[Outcome]:
        async with raw_server(answer, last=last) as url, client(url) as telegram:
            return [await telegram.send(1, HELLO) for _ in range(times)]

    return in_a_loop(run())


def test_a_message_arrives_as_it_was_written(telegram: SimulatedTelegram) -> None:
    copy = Copy(
        "<b>Аня</b>, &lt;3",
        buttons=((Button("Открыть", url="https://a.example/x"), Button("Да", callback_data="yes")),),
        silent=True,
        protected=True,
        link_preview=False,
        paid=True,
    )
    assert send(telegram.url, copy, 42) == Sent(1)
    [message] = telegram.received(42)
    assert message["text"] == "Аня, <3"
    assert message["entities"] == [{"type": "bold", "offset": 0, "length": 3}]
    assert message["buttons"] == [
        [{"text": "Открыть", "url": "https://a.example/x"}, {"text": "Да", "callback_data": "yes"}]
    ]
    assert [message[name] for name in ("silent", "protected", "link_preview", "paid")] == [
        True,
        True,
        False,
        True,
    ]


def test_a_file_is_uploaded_once_and_sent_by_its_id(telegram: SimulatedTelegram) -> None:
    async def work(it: Telegram) -> list[Outcome]:
        uploaded = await it.upload(1, "photo", "обложка.jpg", b"\xff" * 100_000, Copy("Обложка"))
        assert isinstance(uploaded, Sent)
        again = await it.send(2, Copy("Обложка", Media("photo", uploaded.file_id)))
        return [uploaded, again, await it.send(3, Copy("a", Media("document", uploaded.file_id)))]

    uploaded, again, other = ask(telegram.url, work)
    assert again == Sent(1, uploaded.file_id)
    assert isinstance(other, MessageWrong)
    assert other.reason == "file"
    assert [(each["text"], each["media"]["name"]) for each in telegram.received(2)] == [
        ("Обложка", "обложка.jpg")
    ]
    foreign = send(telegram.url, Copy("a", Media("photo", uploaded.file_id)), token="5:another")
    assert foreign == MessageWrong("file", "Bad Request: wrong file identifier/HTTP URL specified")


def test_the_bot_says_who_it_is(telegram: SimulatedTelegram) -> None:
    expected = Bot(7000000001, "school_7000000001_bot", "School")
    assert ask(telegram.url, lambda it: it.me()) == expected
    telegram.set(revoked_bots=[7000000001])
    assert ask(telegram.url, lambda it: it.me()) == BotWrong("token", "Unauthorized")


def test_a_message_is_edited_and_deleted(telegram: SimulatedTelegram) -> None:
    async def work(it: Telegram) -> list[Outcome]:
        await it.send(1, HELLO)
        return [
            await it.edit(1, 1, Copy("Пока")),
            await it.edit(1, 1, Copy("Пока")),
            await it.edit(1, 9, Copy("Пока")),
            await it.edit(1, 1, Copy("Пока", Media("photo", "x"))),
            await it.delete(1, 1),
            await it.delete(1, 1),
        ]

    edited, same, none, captionless, deleted, again = ask(telegram.url, work)
    assert (edited, same, none) == (Done(), Done("not_modified"), Done("gone"))
    assert captionless == Refused("not_editable", "Bad Request: there is no caption in the message to edit")
    assert (deleted, again) == (Done(), Done("gone"))
    [message] = telegram.received(1)
    assert message["text"] == "Пока"
    assert message["deleted_at"]


def test_after_48_hours_a_message_stays(telegram: SimulatedTelegram) -> None:
    send(telegram.url)
    telegram.set(clock_ahead=48 * 3600 + 1)
    refused = ask(telegram.url, lambda it: it.delete(1, 1))
    assert refused == Refused("too_old", "Bad Request: message can't be deleted for everyone")


def test_people_who_cannot_be_reached_are_told_apart(telegram: SimulatedTelegram) -> None:
    telegram.people(blocked=[1], deactivated=[2], never_started=[3], invalid=[4], not_found=[5], bots=[6])
    telegram.people(kicked=[-7], migrated={"-8": -1008})
    outcomes = [send(telegram.url, chat_id=chat) for chat in (1, 2, 3, 4, 5, 6, -7)]
    assert [type(outcome) for outcome in outcomes] == [Unreachable] * 7
    reasons = [
        "blocked",
        "deactivated",
        "never_started",
        "never_started",
        "chat_not_found",
        "bot_chat",
        "not_member",
    ]
    assert [outcome.reason for outcome in outcomes] == reasons
    moved = send(telegram.url, chat_id=-8)
    assert isinstance(moved, Migrated)
    assert moved.chat_id == -1008


def test_a_wait_is_told_with_its_seconds(telegram: SimulatedTelegram) -> None:
    telegram.faults({"kind": "throttle", "seconds": 17})
    assert send(telegram.url) == Wait(17.0, "throttled", "Too Many Requests: retry after 17")
    assert telegram.received() == []


@pytest.mark.parametrize("accepted", [True, False])
@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        ({"kind": "drop"}, "cut_connection"),
        ({"kind": "error", "status": 500}, "server_error"),
        ({"kind": "error", "status": 502}, "server_error"),
        ({"kind": "unreadable"}, "unreadable_answer"),
    ],
)
def test_what_may_have_arrived_is_unknown(
    telegram: SimulatedTelegram, fault: dict[str, Any], reason: str, accepted: bool
) -> None:
    telegram.faults(fault | {"accepted": accepted})
    outcome = send(telegram.url)
    assert isinstance(outcome, Unknown)
    assert outcome.reason == reason
    assert len(telegram.received()) == accepted


def test_an_answer_that_comes_too_late_is_unknown(telegram: SimulatedTelegram) -> None:
    telegram.faults({"kind": "slow", "seconds": 5})
    outcome = send(telegram.url, timeout=0.2)
    assert isinstance(outcome, Unknown)
    assert outcome.reason == "timeout"
    assert telegram.texts() == ["Привет"]


@pytest.mark.parametrize(
    "url",
    ["http://127.0.0.1:9", "http://nowhere.invalid", "https://127.0.0.1:9", "http://[::1]:9", "http://x y"],
)
def test_what_never_went_out_waits_and_names_no_secret(url: str) -> None:
    outcome = send(url, timeout=5)
    assert isinstance(outcome, Wait)
    assert outcome.reason == "refused_connection"
    assert SECRET not in outcome.words


def test_a_failed_handshake_is_not_sent(telegram: SimulatedTelegram) -> None:
    outcome = send(telegram.url.replace("http:", "https:"))
    assert isinstance(outcome, Wait)
    assert outcome.reason == "refused_connection"
    assert telegram.received() == []


def test_who_waits_in_vain_for_a_connection_has_sent_nothing(telegram: SimulatedTelegram) -> None:
    telegram.faults({"kind": "slow", "seconds": 1, "chat_ids": [1]})
    file = b"x" * 500_000  # it has five seconds more, and keeps the only connection

    async def work(it: Telegram) -> list[Outcome]:
        upload = it.upload(1, "document", "a.bin", file, HELLO)
        return list(await asyncio.gather(upload, it.send(2, HELLO)))

    first, second = ask(telegram.url, work, connections=1, timeout=0.3)
    assert isinstance(first, Sent)
    assert isinstance(second, Wait)
    assert second.reason == "refused_connection"
    assert telegram.received(2) == []


def test_without_the_lease_nothing_is_written(telegram: SimulatedTelegram) -> None:
    answers = iter([True, False, True])

    async def work(it: Telegram) -> list[Outcome]:
        return [await it.send(number, HELLO) for number in (1, 2, 3)]

    assert ask(telegram.url, work, before_write=lambda: next(answers)) == [
        Sent(1),
        Wait(0.0, "lease"),
        Sent(1),
    ]
    assert telegram.counts()["requests"] == {"sendmessage": 2}


def test_the_lease_is_asked_after_the_connection_stands(telegram: SimulatedTelegram) -> None:
    """One that is lost while a request waits for its turn stops it."""
    telegram.faults({"kind": "slow", "seconds": 0.3, "chat_ids": [1]})
    lease = [True]

    async def work(it: Telegram) -> list[Outcome]:
        first = asyncio.create_task(it.send(1, HELLO))
        second = asyncio.create_task(it.send(2, HELLO))
        while not telegram.counts()["requests"]:
            await asyncio.sleep(0)
        lease[0] = False
        return [await first, await second]

    outcomes = ask(telegram.url, work, connections=1, before_write=lambda: lease[0])
    assert outcomes == [Sent(1), Wait(0.0, "lease")]
    assert telegram.received(2) == []


def test_a_cancelled_request_disturbs_no_other(telegram: SimulatedTelegram) -> None:
    telegram.faults({"kind": "slow", "seconds": 5, "chat_ids": [1]})

    async def work(it: Telegram) -> Outcome:
        task = asyncio.create_task(it.send(1, HELLO))
        while not telegram.counts()["total"]:
            await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        return await it.send(2, HELLO)

    assert ask(telegram.url, work, connections=1) == Sent(1)


OK = b'{"ok":true,"result":{"message_id":5}}'


def http(body: bytes, status: bytes = b"200 OK", more: bytes = b"") -> bytes:
    return b"HTTP/1.1 %b\r\nContent-Length: %d\r\n%b\r\n%b" % (status, len(body), more, body)


def test_connections_are_used_again() -> None:
    async def run() -> tuple[list[Outcome], int]:
        connections: list[str] = []
        async with raw_server(lambda _: http(OK), connections) as url, client(url) as telegram:
            outcomes = [await telegram.send(1, HELLO) for _ in range(20)]
        return outcomes, len(connections)

    assert in_a_loop(run()) == ([Sent(5)] * 20, 1)


def test_a_redirect_is_not_followed() -> None:
    asked = []

    def answer(request: bytes) -> bytes:
        asked.append(request)
        return http(b"", b"307 Temporary Redirect", b"Location: /elsewhere\r\n")

    [outcome] = send_raw(answer)
    assert outcome == BotWrong("address", "307 Temporary Redirect")
    assert len(asked) == 1


def test_a_request_is_never_repeated_by_itself() -> None:
    asked = []

    def answer(request: bytes) -> bytes | None:
        asked.append(request)
        return http(OK) if len(asked) == 1 else None  # then the connection is cut after the request was read

    sent, lost = send_raw(answer, 2)
    assert sent == Sent(5)
    assert isinstance(lost, Unknown)
    assert lost.reason == "cut_connection"
    assert len(asked) == 2


def test_no_other_site_passes_for_telegram() -> None:
    page = http(b"<html>Welcome</html>")

    async def run() -> object:
        async with raw_server(lambda _: page) as url, client(url) as telegram:
            return await telegram.me()

    assert in_a_loop(run()) == BotWrong("address", "200 OK")


@settings(max_examples=60)
@given(
    said=st.binary(max_size=60)
    | st.binary(max_size=60).map(http)
    | st.sampled_from(
        [
            b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{",
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz",
            http(b'{"ok":true}'),
            http(b'{"ok":true,"result":[1]}'),
            http(b'{"ok":true,"result":{"message_id":"5"}}'),
            http(b'{"ok":false,"description":7,"parameters":[]}'),
            http(b"[" * 5_000),
            http(b'{"ok":1e999}'),
            http(b"\xff\xfe"),
            http(OK, more=b"Content-Encoding: gzip\r\n"),
        ]
    )
)
def test_no_answer_raises(said: bytes) -> None:
    [outcome] = send_raw(lambda _: said, last=True)
    assert isinstance(outcome, Unknown)  # it went out, and nothing says what became of it


@pytest.mark.parametrize("token", ["", "abc", "1:", ":x", "-1:x", "0:x", "1:я", "²:x"])
def test_what_is_no_token_is_refused_without_being_quoted(token: str) -> None:
    with pytest.raises(ValueError, match=r"^not a bot's token$"):
        bot_id(token)


def test_a_token_begins_with_the_bots_id() -> None:
    assert bot_id("7000000001:x") == 7000000001
