"""What a statement gives, over Django's connection."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from django.db import connection
from psycopg import sql
from psycopg.types.datetime import TimestamptzLoader

Values: TypeAlias = Mapping[str, Any] | Sequence[Any]


def select(statement: str | sql.Composed, values: Values = ()) -> list[tuple[Any, ...]]:
    """The rows that ``statement`` gives; of several, with ``;`` between them, the last. ``values``: of its parameters,
    by name or in their order."""
    with connection.cursor() as cursor:
        # Django's own loader of times is Python's, for zones other than UTC, and takes a sixth of a list's time
        cursor.cursor.adapters.register_loader("timestamptz", TimestamptzLoader)
        cursor.execute(statement, values)
        while cursor.nextset():
            pass
        return list(cursor.fetchall())


def value(statement: str | sql.Composed, values: Values = ()) -> Any:  # noqa: ANN401 # what a column holds is the column's business
    """The one value that ``statement`` gives, a statement of one row and one column."""
    ((found,),) = select(statement, values)
    return found
