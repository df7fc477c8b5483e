"""``hsl simulator`` is a process of its own."""

import signal
import subprocess
import sys
from pathlib import Path

import httpx

from tests.commands.product import free_port, hsl


def test_it_serves_until_it_is_stopped() -> None:
    port = free_port()
    command = [sys.executable, "-m", "hsl", "simulator", "--port", str(port), "--set", "bot_per_second=7"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == f"Telegram, simulated: http://127.0.0.1:{port}\n"
        assert httpx.get(f"http://127.0.0.1:{port}/bot5:x/getMe").json()["result"]["id"] == 5
        settings = httpx.get(f"http://127.0.0.1:{port}/__settings").json()["settings"]
        assert settings["bot_per_second"] == 7
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0


def test_what_it_cannot_do_it_says_in_a_sentence(tmp_path: Path) -> None:
    done = hsl(tmp_path, "simulator", "--set", "speed=5")
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert done.stderr.startswith("hsl: --set: no setting is called speed: there are ")
    done = hsl(tmp_path, "simulator", "--set", "latency=slow")
    assert done.stderr == "hsl: --set: 'latency=slow' is not NAME=NUMBER.\n"
