"""The kinds of jobs. A room registers its own in its ``tasks.py``, which every process loads at its start."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from django.utils.functional import Promise

from hsl.accounts.models import Operator
from hsl.accounts.permissions import Permission

Arguments = Mapping[str, Any]
Outcome = Mapping[str, Any]
"""Both are kept as JSON."""


class Run(Protocol):
    """A job while it runs, as its kind's function sees it."""

    @property
    def job_id(self) -> int:
        """Its id."""

    @property
    def operator(self) -> Operator | None:
        """Who asked for it; None for one who is gone."""

    @property
    def arguments(self) -> Arguments:
        """What it was started with."""

    def progress(self, step: str, done: int, total: int | None = None) -> None:
        """Say how far it is. Call it often: here a cancelled job, or one whose worker is stopped, ends (an
        exception, so what the transaction wrote is undone)."""


class JobError(Exception):
    """What a job can't do; the message says why and what to do, in the operator's words."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of job.

    ``run`` does it and returns what came of it. ``resumes``: begun again from the start when its worker was killed;
    then running it twice must come to the same as once. Without it such a job is shown as interrupted. ``needs``: who
    may see and cancel it. ``steps``: each step that it reports, in words. ``keeps``: it works in pieces, and what it
    had done stays when it is cancelled. ``page``: where a job of the kind is at home, by what it was started with;
    ``words``: what came of it, by its outcome, in a sentence.
    """

    name: str
    title: Promise
    run: Callable[[Run], Outcome]
    needs: Permission
    resumes: bool
    steps: Mapping[str, Promise] = field(default_factory=dict)
    keeps: bool = False
    page: Callable[[Arguments], str] = lambda _arguments: ""
    words: Callable[[Outcome], str] = lambda _outcome: ""


KINDS: dict[str, Kind] = {}


def register(kind: Kind) -> Kind:
    """Make a kind known."""
    KINDS[kind.name] = kind
    return kind
