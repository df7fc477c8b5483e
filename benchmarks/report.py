"""The results as a table of Markdown."""

from collections.abc import Iterable, Iterator

from benchmarks.figures import Figure, Times


def table(figures: Iterable[Figure]) -> str:
    """One line a figure: the specification's time, ours, how many times faster, what it may be, whether it
    is."""
    return "\n".join(_lines(figures))


def _lines(figures: Iterable[Figure]) -> Iterator[str]:
    yield "| | the specification's SQL: median, p95 | ours: median, p95 | times faster | may be | |"
    yield "| --- | --- | --- | --- | --- | --- |"
    part = ""
    for figure in figures:
        if figure.part != part:
            part = figure.part
            yield f"| **{part}** | | | | | |"
        faster = figure.times_faster
        yield (
            f"| {figure.name.replace('|', '/')} | {_times(figure.specification)} | {_ours(figure)} "
            f"| {f'{faster:,.0f}' if faster else ''} | {_limit(figure)} | {_verdict(figure)} |"
        )


def _times(times: Times | None) -> str:
    return f"{times.median * 1000:,.1f}, {times.p95 * 1000:,.1f} ms" if times else ""


def _ours(figure: Figure) -> str:
    return _times(figure.ours) or _value(figure.value, figure.unit)


def _value(value: float, unit: str) -> str:
    digits = 2 if unit == "×" else 0 if value >= 100 else 1
    return f"{value:,.{digits}f} {unit}"


def _limit(figure: Figure) -> str:
    if figure.limit is None:
        return ""
    return f"{'≥' if figure.at_least else '≤'} {figure.limit:,g} {figure.unit}"


def _verdict(figure: Figure) -> str:
    return {None: "", True: "ok", False: "**missed**"}[figure.passed]
