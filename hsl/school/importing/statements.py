"""The SQL of an import: the files in sql/, with names of tables and columns put in."""

from psycopg import sql

from hsl.school.sqlfile import read_sql


def statement(name: str, **parts: sql.Composable) -> sql.Composed:
    """The text of sql/<name>.sql with ``parts`` in place of its {names}."""
    return sql.SQL(read_sql(__file__, f"sql/{name}.sql")).format(**parts)


def names(columns: list[str]) -> sql.Composed:
    """Column names, quoted, with commas between them."""
    return sql.SQL(", ").join(map(sql.Identifier, columns))
