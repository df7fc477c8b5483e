"""What the terminal shows while ``hsl import`` runs: a line for each step that has begun."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import (
    BarColumn,
    Progress,
    Task,
    TaskID,
    TaskProgressColumn,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.text import Text

if TYPE_CHECKING:
    from hsl.school.importing.service import Progress as Told

WORDS = {
    "read": "Reading the file",
    "check": "Checking the rows",
    "write": "Writing the rows",
    "fold": "Bringing the pages up to date",
}


class _LeftColumn(TimeRemainingColumn):
    """How long it will go on, while that can be said."""

    def render(self, task: Task) -> Text:
        return Text() if task.finished or task.time_remaining is None else super().render(task) + " left"


@contextmanager
def progress_of_steps() -> Iterator["Told"]:
    """A line a step, where there is a terminal: how much is done and how long that took; the share and the time left
    where the step says how much there is. A step ends where the next begins."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TimeElapsedColumn(),
        _LeftColumn(),
    )
    console = Console(stderr=True)
    with Progress(*columns, console=console, disable=not console.is_terminal) as bar:
        tasks: dict[str, TaskID] = {}

        def tell(step: str, done: int, total: int | None) -> None:
            if step not in tasks:
                _end(bar)
                tasks[step] = bar.add_task(WORDS[step], total=None)
            bar.update(tasks[step], completed=done, total=total, refresh=True)

        yield tell
        _end(bar)


def _end(bar: Progress) -> None:
    """Show whatever has begun as done: a step tells its end only where it knows how much there is."""
    for task in bar.tasks:
        bar.update(task.id, completed=task.total or 1, total=task.total or 1)
