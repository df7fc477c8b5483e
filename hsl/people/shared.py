"""What one process of a server has read into memory, for the others: everybody is read out of the database once."""

import fcntl
import mmap
import pickle
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from tempfile import TemporaryFile
from typing import Generic, TypeVar

import structlog

log = structlog.get_logger()

Kept = TypeVar("Kept")


class Shared(Generic[Kept]):
    """A thing and the moment in which it was loaded, in a file without a name that forked processes inherit; it is gone
    with the last of them."""

    def __init__(self) -> None:
        self._file = TemporaryFile(prefix="hsl-")  # noqa: SIM115 - open as long as the server lives

    def newest(
        self, load: Callable[[], Kept], *, after: float, clock: Callable[[], float]
    ) -> tuple[Kept, float]:
        """What another process loaded ``after`` that moment, else what ``load`` gives now; and when it was loaded. One
        loads at a time, the others wait. ``clock`` is the same for all of them."""
        with self._alone():
            kept = self._read()
            if kept is None or kept[1] <= after:
                kept = load(), clock()
                self._write(kept)
            return kept

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()

    @contextmanager
    def _alone(self) -> Iterator[None]:
        fcntl.lockf(self._file, fcntl.LOCK_EX)  # by process: a fork does not inherit it
        try:
            yield
        finally:
            fcntl.lockf(self._file, fcntl.LOCK_UN)

    def _read(self) -> tuple[Kept, float] | None:
        if not self._file.seek(0, 2):
            return None
        try:
            with mmap.mmap(self._file.fileno(), 0, access=mmap.ACCESS_READ) as whole:
                kept: tuple[Kept, float] = pickle.loads(whole)  # noqa: S301 - nobody else can open this file
        except (pickle.UnpicklingError, EOFError) as error:  # its writer was killed
            log.warning("a shared snapshot is cut off", error=str(error))
            return None
        return kept

    def _write(self, kept: tuple[Kept, float]) -> None:
        self._file.seek(0)
        self._file.truncate()
        pickle.dump(kept, self._file, protocol=5)
        self._file.flush()
