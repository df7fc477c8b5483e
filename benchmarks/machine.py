"""The machine and the server, in the words that stand above a table of results."""

import os
import platform
from pathlib import Path

import psycopg

from benchmarks.figures import Figure, milliseconds, timed

SETTINGS = ("shared_buffers", "work_mem", "fsync", "synchronous_commit", "jit")

NOTHING_OF_OURS = "SELECT count(DISTINCT md5(n::text)) FROM generate_series(1, 200000) AS n"
"""As much work each time it is asked, on no table."""


def speed(conn: psycopg.Connection, part: str) -> Figure:
    """How long the same work takes before ``part`` is measured: on a host with neighbours a figure says little beside
    another's without it."""
    times = timed(lambda: conn.execute(NOTHING_OF_OURS).fetchall(), repeat=5)
    return milliseconds("The machine itself", f"the same work each time, before {part}", times, None)


def described(conn: psycopg.Connection) -> str:
    """Processor, memory, system, Python, PostgreSQL and those of its settings that matter here."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    version = conn.execute("SELECT split_part(version(), ' on ', 1)").fetchall()[0][0]
    settings = conn.execute(
        "SELECT name || ' ' || current_setting(name) FROM unnest(%s::text[]) AS name", [list(SETTINGS)]
    ).fetchall()
    locale = conn.execute("SELECT datctype FROM pg_database WHERE datname = current_database()").fetchall()[
        0
    ][0]
    return (
        f"{_processor()}, {os.cpu_count()} cores, {memory:.0f} GB, {platform.system()} {platform.release()}, "
        f"Python {platform.python_version()}, {version} "
        f"({', '.join(row[0] for row in settings)}, LC_CTYPE {locale})"
    )


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()
