"""Stands between a worker and PostgreSQL, and cuts a connection right after a COMMIT went out: it is done, and whoever
asked for it never hears of that."""

import re
import socket
import threading
from collections import Counter
from contextlib import suppress
from typing import Self

from tests.databases import Database, Server

MARKS = {"claim": b"claim_token", "settle": b"was_reason"}
"""What the statement that counts holds in its text."""
PREPARED = re.compile(rb"P....(_pg3_\d+)\0", re.DOTALL)
BOUND = re.compile(rb"B....[^\0]*\0(_pg3_\d+)\0", re.DOTALL)


class Proxy:
    """For the database's ``DATABASE_URL`` while the context lasts: ``url``."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._cut: Counter[str] = Counter()
        self.cuts: Counter[str] = Counter()
        """How many connections were cut, by what they had committed."""
        self._open: list[socket.socket] = []

    def __enter__(self) -> Self:
        """Listen."""
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._open.append(self._listener)
        server = self._database.server
        ours = Server("127.0.0.1", str(self._listener.getsockname()[1]), server.user, server.password)
        self.url = Database(ours, self._database.name).url + "?sslmode=disable&gssencmode=disable"
        threading.Thread(target=self._listen, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        """Cut all."""
        for each in self._open:
            _close(each)

    def cut(self, what: str) -> None:
        """The next connection that commits a ``claim`` or a ``settle`` is cut before it hears of it."""
        self._cut[what] += 1

    def _listen(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                server = self._upstream()
                self._open += [client, server]
                link = _Link(self, client, server)
                threading.Thread(target=link.forth, daemon=True).start()
                threading.Thread(target=link.back, daemon=True).start()

    def _upstream(self) -> socket.socket:
        where = self._database.server
        if where.host.startswith("/"):
            there = socket.socket(socket.AF_UNIX)
            there.connect(f"{where.host}/.s.PGSQL.{where.port or 5432}")
            return there
        return socket.create_connection((where.host, int(where.port or 5432)))

    def takes(self, what: str) -> bool:
        """Whether this commit is one to cut after."""
        if self._cut[what] <= 0:
            return False
        self._cut[what] -= 1
        return True


class _Link:
    """One connection through."""

    def __init__(self, proxy: Proxy, client: socket.socket, server: socket.socket) -> None:
        self._proxy, self._client, self._server = proxy, client, server
        self._prepared: dict[bytes, str] = {}
        self._doing = self._cut_after = ""

    def forth(self) -> None:
        with suppress(OSError):
            while sent := self._client.recv(65536):
                self._note(sent)
                self._server.sendall(sent)
        _close(self._server)

    def back(self) -> None:
        with suppress(OSError):
            while answered := self._server.recv(65536):
                if self._cut_after:
                    self._proxy.cuts[self._cut_after] += 1
                    break
                self._client.sendall(answered)
        _close(self._client)
        _close(self._server)

    def _note(self, sent: bytes) -> None:
        for what, mark in MARKS.items():
            if mark in sent:
                self._doing = what
                if found := PREPARED.search(sent):
                    self._prepared[found[1]] = what
        if (bound := BOUND.search(sent)) and bound[1] in self._prepared:
            self._doing = self._prepared[bound[1]]
        if b"COMMIT" in sent:
            self._cut_after = self._doing if self._doing and self._proxy.takes(self._doing) else ""
            self._doing = ""


def _close(each: socket.socket) -> None:
    with suppress(OSError):
        each.shutdown(socket.SHUT_RDWR)
    each.close()
