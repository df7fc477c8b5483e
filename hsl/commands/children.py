"""The child processes of ``hsl up``: started, watched, started again when they die, stopped together."""

import signal
import subprocess
import sys
import time
from contextlib import suppress
from typing import Self

import typer

from hsl.embedded import EmbeddedServer
from hsl.refusal import Refusal

STOP_SECONDS = 40  # granian gives its workers 30
POLL_SECONDS = 0.2
LONGEST_PAUSE_SECONDS = 30
HEALTHY_SECONDS = 60


class Child:
    """One ``hsl`` command as a child process; it ends by itself when we do (its standard input closes)."""

    def __init__(self, name: str, arguments: list[str]) -> None:
        """``name`` is for messages; ``arguments`` are those of ``hsl``."""
        self.name = name
        self._arguments = arguments
        self._process: subprocess.Popen[bytes] | None = None
        self._started = 0.0
        self._failures = 0
        self._again_at = 0.0

    def start(self) -> None:
        """Start the process, which loads its code and waits for ``go``.

        It has a session of its own: the terminal's Ctrl-C is ours to pass on.
        """
        self._started = time.monotonic()
        self._process = subprocess.Popen(  # noqa: S603 - our own command
            [sys.executable, "-m", "hsl", *self._arguments], stdin=subprocess.PIPE, start_new_session=True
        )

    def go(self) -> None:
        """Let it begin, started or not."""
        if self._process is None:
            self.start()
        if self._process and self._process.stdin:
            with suppress(BrokenPipeError):
                self._process.stdin.write(b"\n")
                self._process.stdin.flush()

    @property
    def exit_code(self) -> int | None:
        """Of a process that has died."""
        return self._process.poll() if self._process else None

    def restart_if_dead(self) -> None:
        """Start a dead process again, after a pause that doubles with each death in short order."""
        now = time.monotonic()
        if self._process is None:
            if now >= self._again_at:
                self.go()
        elif (code := self._process.poll()) is not None:
            self._close()
            self._failures = 0 if now - self._started > HEALTHY_SECONDS else self._failures + 1
            pause = min(2 ** max(self._failures - 1, 0), LONGEST_PAUSE_SECONDS)
            self._again_at = now + pause
            typer.echo(f"hsl: {self.name} {_how(code)}; it starts again in {pause} s", err=True)

    def ask_to_stop(self) -> None:
        """Send SIGTERM."""
        if self._process:
            self._process.terminate()

    def wait_stopped(self, deadline: float) -> None:
        """Wait for its end until ``deadline`` (of the monotonic clock), then kill it."""
        if self._process is None:
            return
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(max(deadline - time.monotonic(), 0))
        if self._process.poll() is None:
            self._process.kill()
            self._process.wait()
        self._close()

    def _close(self) -> None:
        if self._process and self._process.stdin:
            with suppress(BrokenPipeError):
                self._process.stdin.close()
        self._process = None


class Children:
    """All of them; as a context they are stopped on leaving."""

    def __init__(self, *children: Child) -> None:
        """``children`` are stopped together."""
        self._children = children

    def __enter__(self) -> Self:
        """Nothing starts yet."""
        return self

    def go(self) -> None:
        """Let all begin."""
        for child in self._children:
            child.go()

    def __exit__(self, *_: object) -> None:
        """Stop all; returns when all are gone."""
        for child in self._children:
            child.ask_to_stop()
        deadline = time.monotonic() + STOP_SECONDS
        for child in self._children:
            child.wait_stopped(deadline)

    def refuse_dead(self) -> None:
        """Raise Refusal where one died while starting; it has said why."""
        for child in self._children:
            if (code := child.exit_code) is not None:
                raise Refusal(f"{child.name} {_how(code)} while starting.")

    def watch(self, server: EmbeddedServer | None) -> None:
        """Start again what dies, the embedded ``server`` too; returns only by an exception."""
        while True:
            if server is not None and (code := server.process.poll()) is not None:
                typer.echo(f"hsl: the database {_how(code)}; it starts again", err=True)
                server.start()
            for child in self._children:
                child.restart_if_dead()
            time.sleep(POLL_SECONDS)


def _how(code: int) -> str:
    if code < 0:
        return f"was killed ({signal.Signals(-code).name})"
    return f"ended with exit code {code}"
