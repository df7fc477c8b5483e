"""Processes that a killed ``hsl up`` or ``hsl web`` left running: found through the locks they hold, and stopped."""

import fcntl
import os
import signal
import time
from contextlib import suppress
from pathlib import Path

from hsl.locks import ProcessLock
from hsl.refusal import Refusal


def take_over(cluster: Path, lock_file: Path) -> int:
    """Make sure that no PostgreSQL runs on the folder ``cluster``, and clear away its stale ``postmaster.pid``.

    Returns:
        The open ``lock_file``, locked. The new server inherits it, and all its processes hold it, as those of the
        old one did: while it is locked one of them lives, whatever number ``postmaster.pid`` names.

    Raises:
        Refusal: a server left from before can't be stopped.
    """
    lock = os.open(lock_file, os.O_RDWR | os.O_CREAT, 0o600)
    pid_file = cluster / "postmaster.pid"
    if not _locked_within(lock, 0) or _serves(_pid_in(pid_file), cluster):
        _stop_postgres(pid_file, cluster, lock)
    pid_file.unlink(missing_ok=True)
    return lock


def _stop_postgres(pid_file: Path, cluster: Path, lock: int) -> None:
    for sign, seconds in ((signal.SIGINT, 20), (signal.SIGQUIT, 10), (signal.SIGKILL, 10)):
        pid = _pid_in(pid_file)
        if pid is not None and (_serves(pid, cluster) or not Path("/proc/self").exists()):
            with suppress(ProcessLookupError):
                os.kill(pid, sign)
        if _locked_within(lock, seconds):
            return
    raise Refusal(f"A database server left from before still runs on {cluster} and can't be stopped.")


def _locked_within(lock: int, seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while True:
        with suppress(BlockingIOError):
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        if time.monotonic() >= deadline:
            return False
        time.sleep(0.02)


def _pid_in(pid_file: Path) -> int | None:
    try:
        return int(pid_file.read_text(encoding="utf-8").split()[0])
    except (FileNotFoundError, ValueError, IndexError):
        return None


def _serves(pid: int | None, cluster: Path) -> bool:
    """Whether the process is a server of this cluster: a server works in its folder, and Linux tells."""
    if pid is None:
        return False
    try:
        return Path(f"/proc/{pid}/cwd").resolve(strict=True) == cluster.resolve()
    except OSError:
        return False


def kill_holders(lock: ProcessLock, seconds: float = 10) -> None:
    """Kill every process that holds ``lock``: workers of a web server whose main process was killed.

    They would go on answering on the port beside the new server, from the code of the old one.

    Raises:
        Refusal: one of them is still there after ``seconds``.
    """
    deadline = time.monotonic() + seconds
    while (pid := lock.holder()) is not None:
        if pid <= 0 or time.monotonic() > deadline:
            raise Refusal("A web process left from before still runs and can't be stopped.")
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
        time.sleep(0.02)
