"""What another window or process does meanwhile: on a thread, which has a connection of Django's of its own."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from django.db import connection

P = ParamSpec("P")
T = TypeVar("T")


def elsewhere(act: Callable[P, T]) -> Callable[P, T]:
    """``act``, to be done on another thread, whose connection is closed afterwards."""

    @wraps(act)
    def then_leave(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return act(*args, **kwargs)
        finally:
            connection.close()

    return then_leave
