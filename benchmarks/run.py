"""One run: fill the database, measure part by part, print."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psycopg

from benchmarks import (
    claiming,
    delivering,
    folding,
    machine,
    pages,
    plain_loops,
    reads,
    snapshot,
    web,
    writers,
)
from benchmarks.figures import Figure
from benchmarks.generator import PEOPLE_AT_SCALE_1, NotOursError, generate, people_generated
from benchmarks.report import Report
from benchmarks.setting import Setting
from hsl.projections.adoption import migrate
from hsl.projections.connect import connect
from hsl.projections.indexes import build_indexes, drop_indexes
from hsl.refusal import Refusal

PARTS: dict[str, Callable[[Setting], list[Figure]]] = {
    "reads": reads.measure,
    "pages": pages.measure,
    "web": web.measure,
    "folding": folding.measure,
    "writers": writers.measure,
    "claiming": claiming.measure,
    "delivering": delivering.measure,
    "plain": plain_loops.measure,
}


def run(url: str, scale: float, seconds: int, minutes: float, only: str | None) -> None:
    """Measure the parts named in ``only`` (all without it) at ``scale`` in the database at ``url``, and
    print.

    ``minutes``: measure them after so long under load, and again where an old snapshot was open all the while; 0: do
    not.

    Raises:
        Refusal: the database holds other facts, or ``only`` names no part.
    """
    parts = only.split(",") if only else list(PARTS)
    if unknown := set(parts) - set(PARTS):
        raise Refusal(f"no such part: {', '.join(sorted(unknown))}; the parts are {', '.join(PARTS)}")

    with connect() as conn, psycopg.connect(url, autocommit=True) as bare:
        setting = Setting(conn, bare, url, int(PEOPLE_AT_SCALE_1 * scale), seconds)
        _fill(setting, scale)
        print(f"SCALE={scale:g}: {machine.described(bare)}\n")
        report = Report()

        def suite() -> list[Figure]:
            start = len(report.figures)
            for part in parts:
                report.add([machine.speed(bare, part)])
                report.add(_measured(part, setting))
            return report.figures[start:]

        if minutes:
            report.add(snapshot.measure(setting, minutes, suite))
        else:
            suite()
    report.sum_up()


def _fill(setting: Setting, scale: float) -> None:
    with _step("migrate"):
        migrate()
    try:
        if people_generated(setting.bare) is None:
            drop_indexes(setting.conn)
        with _step("generate the school"):
            new = generate(setting.bare, scale)
    except NotOursError as not_ours:
        raise Refusal(str(not_ours)) from not_ours
    if new:
        with _step("build our indexes"):
            build_indexes(setting.conn)
        with _step("fold all of it for the first time"):
            folding.rebuild(setting)
        setting.bare.execute("VACUUM ANALYZE")


def _measured(part: str, setting: Setting) -> list[Figure]:
    with _step(f"measure {part}"):
        return PARTS[part](setting)


@contextmanager
def _step(name: str) -> Iterator[None]:
    started = time.monotonic()
    yield
    sys.stderr.write(f"{name}: {time.monotonic() - started:.1f} s\n")
