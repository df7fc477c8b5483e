"""What the role we connect as may do, and the SQL that lets it do what it lacks."""

from dataclasses import dataclass
from typing import Any

import psycopg

from hsl.refusal import Refusal
from hsl.school.shapes import FACTS, SPECIFICATION


@dataclass(frozen=True)
class Lack:
    """A right that the role lacks: what can't be done without it, and the statement that grants it. ``needed``:
    nothing works without; otherwise a part does not."""

    sentence: str
    fix: str
    needed: bool = True


_WHERE = """
SELECT quote_ident(current_user), quote_ident(current_database()),
       CASE WHEN to_regnamespace('hsl') IS NULL
            THEN has_database_privilege(current_database(), 'CREATE')
            ELSE has_schema_privilege('hsl', 'CREATE') END,
       to_regnamespace('hsl') IS NULL,
       has_schema_privilege('public', 'USAGE'),
       has_schema_privilege('public', 'CREATE')
"""
_TABLE = """
SELECT c.relkind IN ('r', 'p'), has_table_privilege(c.oid, 'SELECT'), has_table_privilege(c.oid, 'TRIGGER'),
       has_table_privilege(c.oid, 'INSERT') AND has_table_privilege(c.oid, 'UPDATE'), NOT row_security_active(c.oid)
FROM pg_class AS c WHERE c.oid = to_regclass(format('public.%%I', %s::text))
"""


def lacks(conn: psycopg.Connection[Any]) -> list[Lack]:
    """The rights that the role of ``conn`` lacks in this database, those that nothing works without first."""
    row = conn.execute(_WHERE).fetchone()
    if row is None:
        return []
    role, database, may_make_ours, no_schema, may_use_public, may_make_tables = row
    found = []
    if not may_make_ours:
        grant = (
            f"GRANT CREATE ON DATABASE {database} TO {role};"
            if no_schema
            else f"ALTER SCHEMA hsl OWNER TO {role};"
        )
        found.append(Lack("The role can't make what is ours (the schema hsl).", grant))
    if not may_use_public:
        found.append(
            Lack("The role can't reach the schema public.", f"GRANT USAGE ON SCHEMA public TO {role};")
        )
    for table in SPECIFICATION:
        rights = conn.execute(_TABLE, [table]).fetchone()
        if rights is not None:
            found += _of_table(table, role, *rights)
        elif not may_make_tables:
            found.append(
                Lack(
                    f"There is no table {table}, and the role can't make it.",
                    f"GRANT CREATE ON SCHEMA public TO {role};",
                )
            )
    return sorted(found, key=lambda lack: not lack.needed)


def _of_table(table: str, role: str, *rights: bool) -> list[Lack]:
    is_table, may_read, may_trigger, may_write, sees_all = rights
    if not is_table:
        return [
            Lack(
                f"public.{table} is not a table (a view?); facts are followed by triggers on tables.",
                f"-- give us the table under the name public.{table}",
            )
        ]
    found = []
    if not may_read:
        found.append(Lack(f"The role can't read {table}.", f"GRANT SELECT ON public.{table} TO {role};"))
    if table in FACTS and not may_trigger:
        found.append(
            Lack(f"The role can't follow changes of {table}.", f"GRANT TRIGGER ON public.{table} TO {role};")
        )
    if not sees_all:
        found.append(
            Lack(f"Row security hides rows of {table} from the role.", f"ALTER ROLE {role} BYPASSRLS;")
        )
    if not may_write:
        found.append(
            Lack(
                f"The role can't write to {table}: moving people, adding rows and sending won't work there.",
                f"GRANT INSERT, UPDATE ON public.{table} TO {role};",
                needed=False,
            )
        )
    return found


def refuse_without_rights(conn: psycopg.Connection[Any]) -> None:
    """Refuse before anything is changed, with the SQL that the database's owner can run.

    Raises:
        Refusal: a right is lacking that nothing works without.
    """
    needed = [lack for lack in lacks(conn) if lack.needed]
    if needed:
        lines = "\n".join(f"  {lack.fix}  -- {lack.sentence}" for lack in needed)
        raise Refusal(f"The role lacks rights; nothing was changed. Let the database's owner run:\n{lines}")
