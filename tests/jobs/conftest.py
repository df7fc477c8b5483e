"""Jobs of tests: kinds that exist for one test alone."""

from collections.abc import Callable, Iterator

import pytest
from django.utils.functional import lazystr

from hsl.accounts.permissions import Permission
from hsl.jobs.kinds import KINDS, Kind, Outcome, Run, register

Doing = Callable[[Run], Outcome]


@pytest.fixture
def kind() -> Iterator[Callable[..., str]]:
    """Registers a kind that does what it is given, and returns its name."""
    before = dict(KINDS)

    def make(doing: Doing, *, resumes: bool = True, needs: Permission = Permission.EXPORT) -> str:
        return register(
            Kind("try", lazystr("A try"), doing, needs, resumes, {"count": lazystr("Counting")})
        ).name

    yield make
    KINDS.clear()
    KINDS.update(before)
