"""Locks on files that tell who holds them: the kernel releases them with the process, whatever ended it."""

import fcntl
import os
import struct
import sys
from pathlib import Path

# struct flock of fcntl(2), 64-bit. Linux: type, whence, start, length, pid; macOS: start, length, pid, type, whence.
_LINUX = "hhqqi4x"
_DARWIN = "qqihh"


class ProcessLock:
    """A POSIX record lock on one byte of a file. Unlike flock's it is not inherited by children, and the
    system names the process that holds it, so that no file with a process id can go stale."""

    def __init__(self, path: Path, byte: int = 0) -> None:
        """``path`` is made where it is missing; several locks can share a file, on different bytes."""
        self._fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        self._byte = byte

    def take(self, *, shared: bool = False) -> bool:
        """Take the lock for as long as this process lives; whether it could be had."""
        kind = fcntl.LOCK_SH if shared else fcntl.LOCK_EX
        try:
            fcntl.lockf(self._fd, kind | fcntl.LOCK_NB, 1, self._byte)
        except OSError:
            return False
        return True

    def holder(self) -> int | None:
        """The process id of another process that holds the lock, None if it is free."""
        asked = self._pack(fcntl.F_WRLCK)
        answer = fcntl.fcntl(self._fd, fcntl.F_GETLK, asked)
        kind, pid = self._unpack(answer)
        return None if kind == fcntl.F_UNLCK else pid

    def release(self) -> None:
        """Let it go. Other locks of this process on the same file go with it (that is POSIX)."""
        os.close(self._fd)

    def _pack(self, kind: int) -> bytes:
        if sys.platform == "darwin":
            return struct.pack(_DARWIN, self._byte, 1, 0, kind, os.SEEK_SET)
        return struct.pack(_LINUX, kind, os.SEEK_SET, self._byte, 1, 0)

    @staticmethod
    def _unpack(answer: bytes) -> tuple[int, int]:
        if sys.platform == "darwin":
            _, _, pid, kind, _ = struct.unpack(_DARWIN, answer)
        else:
            kind, _, _, _, pid = struct.unpack(_LINUX, answer)
        return kind, pid
