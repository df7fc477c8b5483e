"""``hsl up``: one command runs all, one Ctrl-C stops it, and after any end it starts again."""

import os
import re
import shutil
import signal
import socket
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import httpx
import psycopg
import pytest

from tests.commands.product import Up, alive, command_line, free_port, hsl
from tests.databases import Database
from tests.waiting import until


@pytest.fixture(scope="module")
def port() -> int:
    """One port for the module: what a start leaves behind would meet the next one there."""
    return free_port()


@pytest.fixture(scope="module")
def data(port: int) -> Iterator[Path]:
    """The data of a demo that was started once, under a long path with spaces."""
    top = Path(tempfile.mkdtemp(prefix="hsl tests "))
    top.chmod(0o711)
    folder = top / "-".join(["a school with a long name"] * 7) / "data"
    with Up(folder, port, "--demo") as up:
        assert up.stop() == 0
    yield folder
    shutil.rmtree(top)


def password_in(lines: list[str]) -> str:
    return next(line for line in lines if line.startswith("password: ")).removeprefix("password: ")


def sign_in(url: str, name: str, password: str) -> int:
    with httpx.Client(base_url=url) as client:
        page = client.get("/account/sign-in/")
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.text)
        assert token
        form = {"login": name, "password": password, "csrfmiddlewaretoken": token[1]}
        return client.post("/account/sign-in/", data=form, headers={"Referer": url}).status_code


def test_it_tells_the_address_and_who_may_sign_in_the_same_at_each_start(data: Path, port: int) -> None:
    with Up(data, port, "--demo") as up:
        assert re.fullmatch(rf"ready in \d+\.\d s: http://127\.0\.0\.1:{port}", up.said[0])
        assert "operator: demo" in up.said
        assert sign_in(up.url, "demo", password_in(up.said)) == 302
        assert (data / "demo-password").stat().st_mode & 0o077 == 0
        assert (data / "secret-key").stat().st_mode & 0o077 == 0
        url = hsl(data, "db-url").stdout.strip()
        with psycopg.connect(url) as conn:
            assert conn.execute("SELECT count(*) > 100 FROM bookings").fetchone() == (True,)
    with Up(data, port, "--demo") as again:
        assert password_in(again.said) == password_in(up.said)


def test_nothing_but_loopback_listens(data: Path, port: int) -> None:
    with Up(data, port, "--demo") as up:
        sockets = {
            str(link.readlink())
            for pid in [up.process.pid, *up.tree()]
            for link in Path(f"/proc/{pid}/fd").iterdir()
            if link.is_symlink()
        }
        listening = [
            fields[1]
            for table in ("tcp", "tcp6")
            for fields in map(str.split, Path(f"/proc/net/{table}").read_text().splitlines()[1:])
            if fields[3] == "0A" and f"socket:[{fields[9]}]" in sockets
        ]
        assert f"0100007F:{port:04X}" in listening
        assert {address.partition(":")[0] for address in listening} == {"0100007F"}


def test_a_demo_without_a_bot_has_a_telegram_of_its_own(data: Path, port: int) -> None:
    with Up(data, port, "--demo") as up:
        assert any(line.startswith("Telegram is simulated") for line in up.said)
        worker = up.find("hsl worker")
        settings = dict(
            line.partition("=")[::2] for line in Path(f"/proc/{worker}/environ").read_text().split("\0")
        )
        url, token = settings["HSL_TELEGRAM_API_URL"], settings["HSL_BOT_TOKEN"]
        until(lambda: _answers(url), "Telegram answers")
        sent = [
            httpx.post(f"{url}/bot{token}/sendMessage", json={"chat_id": chat, "text": "Привет"}).json()
            for chat in range(1, 4)
        ]
        assert {answer["ok"] for answer in sent} == {True}
        os.kill(up.find("hsl simulator"), signal.SIGKILL)
        until(lambda: "telegram was killed (SIGKILL); it starts again" in up.errors(), "the message")
        until(lambda: _answers(url), "it answers again")


def _answers(url: str) -> bool:
    try:
        return httpx.get(f"{url}/__settings").is_success
    except httpx.HTTPError:
        return False


def test_a_demo_with_a_bot_plays_no_telegram(data: Path, port: int) -> None:
    with Up(
        data, port, "--demo", HSL_BOT_TOKEN="1:a-bot-of-somebody", HSL_TELEGRAM_API_URL="http://127.0.0.1:9"
    ) as up:
        assert not any("hsl simulator" in command_line(pid) for pid in up.tree())
        assert not any("simulated" in line for line in up.said)


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_one_signal_stops_all_of_it(data: Path, port: int, sign: signal.Signals) -> None:
    with Up(data, port, "--demo") as up:
        tree = up.tree()
        assert len(tree) > 5
        assert up.stop(sign) == 0
        assert [pid for pid in tree if alive(pid)] == []
        assert not (data / "postgresql" / "18" / "postmaster.pid").exists()
        assert "Traceback" not in up.errors()


def test_a_second_one_on_the_same_data_says_so_and_stops(data: Path, port: int) -> None:
    with Up(data, port, "--demo") as up:
        second = hsl(data, "up", "--port", str(free_port()))
        assert second.returncode == 1
        assert second.stderr.count("\n") == 1
        assert up.url in second.stderr
        assert f"process {up.process.pid}" in second.stderr
        assert up.get() == 200


def test_children_end_with_a_parent_that_was_killed(data: Path, port: int) -> None:
    with Up(data, port, "--demo") as up:
        children = [pid for pid in up.tree() if "-m hsl" in command_line(pid)]
        up.kill()
        until(lambda: not any(map(alive, children)), "the children end")
    with Up(data, port, "--demo") as up:
        assert up.get() == 200


def test_orphaned_web_workers_are_found_and_stopped(data: Path, port: int) -> None:
    with Up(data, port, "--demo") as up:
        main = up.find("hsl web")
        orphan = next(
            pid for pid in up.tree() if pid > main and up.find("hsl web") != pid and _parent(pid) == main
        )
        os.kill(orphan, signal.SIGSTOP)  # it can't end by itself
        up.kill()
        os.kill(main, signal.SIGKILL)
        assert alive(orphan)
    with Up(data, port, "--demo") as up:
        assert not alive(orphan)
        assert up.get() == 200


def _parent(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])


def test_it_recovers_after_kill_9_of_everything(data: Path, port: int) -> None:
    with Up(data, port, "--demo") as up:
        with psycopg.connect(hsl(data, "db-url").stdout.strip(), autocommit=True) as conn:
            conn.execute("CREATE TABLE public.kept AS SELECT 42 AS n")
        for pid in [up.process.pid, *up.tree()]:
            with suppress(ProcessLookupError):  # a child may have ended with its parent already
                os.kill(pid, signal.SIGKILL)
        up.process.wait()
    with Up(data, port, "--demo") as up:
        with psycopg.connect(hsl(data, "db-url").stdout.strip(), autocommit=True) as conn:
            assert conn.execute("SELECT n FROM public.kept").fetchone() == (42,)
            conn.execute("DROP TABLE public.kept")
        assert up.get() == 200


def test_a_child_that_dies_is_started_again_with_a_message(data: Path, port: int) -> None:
    with Up(data, port, "--demo") as up:
        web = [pid for pid in up.tree() if "hsl web" in command_line(pid)]
        os.kill(web[0], signal.SIGKILL)
        until(lambda: "web was killed (SIGKILL); it starts again" in up.errors(), "the message")
        until(lambda: not any(map(alive, web)), "its workers end with it")
        until(lambda: up.get() == 200, "the page answers again")


def test_a_database_that_dies_is_started_again(data: Path, port: int) -> None:
    with Up(data, port, "--demo") as up:
        os.kill(up.find("bin/postgres"), signal.SIGKILL)
        until(lambda: "the database was killed (SIGKILL); it starts again" in up.errors(), "the message")
        until(lambda: up.get() == 200, "the page answers again")


def test_a_taken_port_is_told_in_a_sentence(data: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = hsl(data, "up", "--port", str(port))
    assert done.returncode == 1
    assert (
        done.stderr
        == f"hsl: Port {port} on 127.0.0.1 can't be had (Address already in use): choose another with --port.\n"
    )


def test_on_ones_own_database_it_refuses_to_start_without_a_key(
    fresh_database: Callable[[], Database], tmp_path: Path
) -> None:
    done = hsl(tmp_path, "up", DATABASE_URL=fresh_database().url)
    assert done.returncode == 1
    assert done.stderr.startswith("hsl: HSL_SECRET_KEY is not set.")
    assert "Traceback" not in done.stderr


def test_without_demo_a_link_makes_the_first_owner(
    fresh_database: Callable[[], Database], tmp_path: Path
) -> None:
    database = fresh_database()
    key = "of-this-test-0123456789"
    with Up(tmp_path / "data", free_port(), DATABASE_URL=database.url, HSL_SECRET_KEY=key) as up:
        link = next(line.split()[-1] for line in up.said if "first owner" in line)
        assert link.startswith(up.url)
        assert httpx.get(link).status_code == 200
        added = hsl(
            tmp_path / "data",
            "operator",
            "add",
            "Анна",
            "--role",
            "owner",
            DATABASE_URL=database.url,
            HSL_SECRET_KEY=key,
        )
        assert sign_in(up.url, "Анна", added.stdout.splitlines()[-1]) == 302
        assert httpx.get(link).status_code != 200
    assert not (tmp_path / "data" / "postgresql").exists()


def test_a_demo_makes_no_operator_in_a_database_with_facts(
    fresh_database: Callable[[], Database], tmp_path: Path
) -> None:
    database = fresh_database()
    database.execute("INSERT INTO public.events (user_id, event_type) VALUES (1, 'start_command')")
    done = hsl(tmp_path, "up", "--demo", "--port", str(free_port()), DATABASE_URL=database.url)
    assert done.returncode == 1
    assert "start without --demo" in done.stderr
    with database.connect() as conn:
        assert conn.execute("SELECT count(*) FROM hsl.operators").fetchone() == (0,)
