"""What a statement gives, over Django's connection."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from django.db import connection
from psycopg import sql

Values: TypeAlias = Mapping[str, Any] | Sequence[Any]


def select(statement: str | sql.Composed, values: Values = ()) -> list[tuple[Any, ...]]:
    """The rows that ``statement`` gives. ``values``: of its parameters, by name or in their order."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())


def value(statement: str | sql.Composed, values: Values = ()) -> Any:  # noqa: ANN401 # what a column holds is the column's business
    """The one value that ``statement`` gives, a statement of one row and one column."""
    ((found,),) = select(statement, values)
    return found
