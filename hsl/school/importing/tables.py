"""A fact table as this database has it: it may be a bot's, with columns missing or of other types."""

from dataclasses import dataclass

from django.db.backends.utils import CursorWrapper

LARGEST_OF_TYPE = {"smallint": 2**15 - 1, "integer": 2**31 - 1, "bigint": 2**63 - 1}

COLUMNS = """
SELECT a.attname, format_type(a.atttypid, NULL), a.attnotnull,
       pg_get_serial_sequence('public.' || quote_ident(%(table)s), a.attname)
FROM pg_attribute AS a
WHERE a.attrelid = to_regclass('public.' || quote_ident(%(table)s)) AND a.attnum > 0 AND NOT a.attisdropped
"""


@dataclass(frozen=True, slots=True)
class TableColumn:
    type: str
    not_null: bool
    sequence: str | None


@dataclass(frozen=True, slots=True)
class Table:
    """``ours``: made by us, so it carries our rules; a bot's carries its own."""

    name: str
    ours: bool
    columns: dict[str, TableColumn]

    def largest(self, column: str) -> int:
        """The largest whole number that a column holds; that of bigint where it is none or of another
        type."""
        found = self.columns.get(column)
        return LARGEST_OF_TYPE.get(found.type if found else "", 2**63 - 1)


def look_at(cursor: CursorWrapper, name: str) -> Table:
    """The table ``public.<name>`` as it is now."""
    cursor.execute("SELECT EXISTS (SELECT FROM hsl.own_tables WHERE name = %s)", [name])
    ours = cursor.fetchone() == (True,)
    cursor.execute(COLUMNS, {"table": name})
    return Table(name, ours, {column: TableColumn(*rest) for column, *rest in cursor.fetchall()})
