"""``hsl`` as a stranger runs it: real processes, an environment of their own."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
from pathlib import Path
from types import TracebackType
from typing import Self

import httpx

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_SECONDS = 60


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def environment(data: Path, **settings: str) -> dict[str, str]:
    """No settings but those given, no locale, and our code found from anywhere."""
    kept = {
        name: os.environ[name] for name in ("PATH", "HOME", "COVERAGE_PROCESS_START") if name in os.environ
    }
    return {
        **kept,
        "LANG": "C",
        "PYTHONPATH": str(ROOT),
        "HSL_DATA_DIR": str(data),
        "COLUMNS": "160",
        **settings,
    }


def hsl(data: Path, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run one command to its end."""
    return subprocess.run(
        [sys.executable, "-m", "hsl", *arguments],
        env=environment(data, **settings),
        cwd="/",
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE_SECONDS,
    )


def alive(pid: int) -> bool:
    """Whether the process runs: a zombie that nobody has waited for does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def descendants(pid: int) -> list[int]:
    """Process ids of the children, and theirs."""
    try:
        children = [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except (FileNotFoundError, ProcessLookupError):
        return []
    return [*children, *(deeper for child in children for deeper in descendants(child))]


def command_line(pid: int) -> str:
    """What the process was started as; empty when it is gone."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")
    except (FileNotFoundError, ProcessLookupError):
        return ""


class Up:
    """A running ``hsl up``; leaving the context stops it."""

    def __init__(self, data: Path, port: int, *arguments: str, **settings: str) -> None:
        """``arguments`` beside the port; ``settings``: environment variables."""
        self.port = port
        self.url = f"http://127.0.0.1:{port}"
        self._errors = tempfile.NamedTemporaryFile("w+", prefix="hsl-tests-")  # noqa: SIM115 - closed when we leave
        self.process = subprocess.Popen(
            [sys.executable, "-m", "hsl", "up", "--port", str(port), *arguments],
            env=environment(data, **settings),
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            text=True,
            start_new_session=True,
        )

    def __enter__(self) -> Self:
        """Wait until it says that it is ready; ``said`` holds its lines."""
        assert self.process.stdout is not None
        self.said: list[str] = []
        for line in self.process.stdout:
            self.said.append(line.rstrip("\n"))
            if line.startswith("Ctrl-C"):
                return self
        errors = self.errors()
        self._tidy()
        raise AssertionError(f"it ended while starting: {self.said} {errors}")

    def __exit__(self, kind: type[BaseException] | None, *_: BaseException | TracebackType | None) -> None:
        """Stop it, where the test has not."""
        if self.process.poll() is None:
            self.stop()
        self._tidy()

    def stop(self, sign: signal.Signals = signal.SIGINT) -> int:
        """Ask it to stop, and return its exit code."""
        self.process.send_signal(sign)
        return self.process.wait(PATIENCE_SECONDS)

    def kill(self) -> None:
        """kill -9 of the main process."""
        self.process.kill()
        self.process.wait(PATIENCE_SECONDS)

    def tree(self) -> list[int]:
        """Process ids of all that it has started."""
        return descendants(self.process.pid)

    def find(self, text: str) -> int:
        """The first of them whose command line holds the text."""
        return next(pid for pid in self.tree() if text in command_line(pid))

    def errors(self) -> str:
        """What it has said to standard error."""
        self._errors.flush()
        return Path(self._errors.name).read_text()

    def get(self, path: str = "/account/sign-in/") -> int:
        """The status of a page, 0 while nobody answers."""
        try:
            return httpx.get(self.url + path, timeout=5).status_code
        except httpx.HTTPError:
            return 0

    def _tidy(self) -> None:
        assert self.process.stdout is not None
        self.process.stdout.close()
        self._errors.close()
