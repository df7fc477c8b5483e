"""A simulator that stops leaves no connection behind, whatever the other end does: what is left open is warned of when
it is thrown away, and a warning is an error here."""

import asyncio
import gc
import socket
from contextlib import suppress

import httpx
import pytest

from hsl.telegram.simulator.server import Simulator
from tests.loops import run
from tests.telegram.simulated import TOKEN, SimulatedTelegram

UNREAD = 700
"""Messages of the longest text: more than the machine keeps of an answer that nobody reads."""


def test_who_does_not_read_the_answer_is_cut_off() -> None:
    telegram = SimulatedTelegram()
    with telegram:
        with httpx.Client(base_url=telegram.url) as bot:
            for chat_id in range(1, UNREAD + 1):
                bot.post(f"/bot{TOKEN}/sendMessage", json={"chat_id": chat_id, "text": "а" * 4096})
        host, port = telegram.url.removeprefix("http://").split(":")
        reader = socket.socket()
        reader.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        reader.connect((host, int(port)))
        reader.sendall(b"GET /__received HTTP/1.1\r\nHost: telegram\r\n\r\n")
        assert reader.recv(1)
    del telegram
    gc.collect()
    with reader:
        while reader.recv(1 << 20):
            pass


@pytest.mark.parametrize("rounds", range(6))
def test_who_has_just_come_is_cut_off(rounds: int) -> None:
    """After so many rounds of its loop: the connection is in the machine's queue, accepted, or being set up."""

    async def come_and_stop() -> None:
        simulator = Simulator()
        port = await simulator.start("127.0.0.1", 0)
        with socket.create_connection(("127.0.0.1", port), timeout=5) as guest:
            for _ in range(rounds):
                await asyncio.sleep(0)
            await simulator.stop()
            with suppress(ConnectionResetError):
                assert not guest.recv(1)

    run(come_and_stop())
    gc.collect()
