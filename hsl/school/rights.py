"""What the role we connect as may do, and the SQL that lets it do what it lacks."""

from dataclasses import dataclass
from typing import Any

import psycopg

from hsl.refusal import Refusal
from hsl.school.shapes import FACTS, SPECIFICATION


@dataclass(frozen=True)
class Lack:
    """A right that the role lacks: what can't be done without it, and the statements that grant it, one a line.
    ``needed``: nothing works without; otherwise a part does not. ``table``: whose rows can't be read, added or changed
    without it, where it is that."""

    sentence: str
    fix: str
    needed: bool = True
    table: str = ""


_WHERE = """
SELECT quote_ident(current_user), quote_ident(current_database()),
       CASE WHEN to_regnamespace('hsl') IS NULL
            THEN has_database_privilege(current_database(), 'CREATE')
            ELSE has_schema_privilege('hsl', 'CREATE') END,
       to_regnamespace('hsl') IS NULL,
       has_schema_privilege('public', 'USAGE'),
       has_schema_privilege('public', 'CREATE')
"""
# Found in the catalogue: to_regclass raises where the role can't reach the schema.
_TABLE = """
SELECT c.oid::bigint, c.relkind IN ('r', 'p'),
       has_table_privilege(c.oid, 'SELECT'), has_table_privilege(c.oid, 'TRIGGER'),
       has_table_privilege(c.oid, 'INSERT') AND has_table_privilege(c.oid, 'UPDATE'),
       has_table_privilege(c.oid, 'DELETE'), NOT row_security_active(c.oid)
FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace WHERE n.nspname = 'public' AND c.relname = %s
"""
# Those of the columns' defaults; and of identities, which an INSERT draws from without a right, and an import by name.
_SEQUENCES = """
SELECT format('%%I.%%I', n.nspname, s.relname)
FROM pg_class AS s JOIN pg_namespace AS n ON n.oid = s.relnamespace
WHERE s.oid IN (
  SELECT d.refobjid FROM pg_attrdef AS a JOIN pg_depend AS d ON d.classid = 'pg_attrdef'::regclass AND d.objid = a.oid
  WHERE a.adrelid = %(table)s::oid AND d.refclassid = 'pg_class'::regclass
  UNION ALL
  SELECT d.objid FROM pg_depend AS d
  WHERE d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass AND d.refobjid = %(table)s::oid
    AND d.deptype = 'i' AND %(imported)s
) AND CASE WHEN s.relkind = 'S' THEN NOT has_sequence_privilege(s.oid, 'USAGE, UPDATE') END
ORDER BY 1
"""
_OTHERS_OF_OURS = """
SELECT DISTINCT quote_ident(pg_get_userbyid(relowner)) FROM pg_class
WHERE relnamespace = to_regnamespace('hsl') AND NOT pg_has_role(relowner, 'USAGE') ORDER BY 1
"""


def lacks(conn: psycopg.Connection[Any]) -> list[Lack]:
    """The rights that the role of ``conn`` lacks in this database, those that nothing works without first."""
    row = conn.execute(_WHERE).fetchone()
    if row is None:
        return []
    role, database, may_make_ours, no_schema, may_use_public, may_make_tables = row
    owners = [owner for (owner,) in conn.execute(_OTHERS_OF_OURS).fetchall()]
    found = [
        Lack(
            f"What is in the schema hsl belongs to {owner}, whose rights the role has not.",
            f"GRANT {owner} TO {role};  -- or connect as {owner}",
        )
        for owner in owners
    ]
    if not may_make_ours and not owners:
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
            oid, *may = rights
            found += _of_table(table, role, *may)
            found += _of_sequences(conn, table, oid, role)
        elif not may_make_tables:
            found.append(
                Lack(
                    f"There is no table {table}, and the role can't make it.",
                    f"GRANT CREATE ON SCHEMA public TO {role};",
                )
            )
    return sorted(found, key=lambda lack: not lack.needed)


def _of_table(table: str, role: str, *rights: bool) -> list[Lack]:
    is_table, may_read, may_trigger, may_write, may_delete, sees_all = rights
    if not is_table:
        return [
            Lack(
                f"public.{table} is not a table (a view?); facts are followed by triggers on tables.",
                f"-- give us the table under the name public.{table}",
                table=table,
            )
        ]
    found = []
    if not may_read:
        grant = f"GRANT SELECT ON public.{table} TO {role};"
        found.append(Lack(f"The role can't read {table}.", grant, table=table))
    if table in FACTS and not may_trigger:
        found.append(
            Lack(f"The role can't follow changes of {table}.", f"GRANT TRIGGER ON public.{table} TO {role};")
        )
    if not sees_all:
        hides = f"Row security hides rows of {table} from the role."
        found.append(Lack(hides, f"ALTER ROLE {role} BYPASSRLS;", table=table))
    if not may_write:
        found.append(
            Lack(
                f"The role can't write to {table}: moving people, adding rows and sending won't work there.",
                f"GRANT INSERT, UPDATE ON public.{table} TO {role};",
                needed=False,
                table=table,
            )
        )
    if not may_delete:
        what = "an import can't be undone" if table in FACTS else "the record of a message can't be deleted"
        found.append(
            Lack(
                f"The role can't delete rows of {table}: {what}.",
                f"GRANT DELETE ON public.{table} TO {role};",
                needed=False,
            )
        )
    return found


def _of_sequences(conn: psycopg.Connection[Any], table: str, oid: int, role: str) -> list[Lack]:
    sequences = conn.execute(_SEQUENCES, {"table": oid, "imported": table in FACTS}).fetchall()
    return [
        Lack(
            f"The role can't draw numbers from {sequence}, so it can't add rows to {table}.",
            f"GRANT USAGE ON SEQUENCE {sequence} TO {role};",
            needed=False,
            table=table,
        )
        for (sequence,) in sequences
    ]


def refuse_without_rights(conn: psycopg.Connection[Any]) -> None:
    """Refuse before anything is changed, with the SQL that the database's owner can run.

    Raises:
        Refusal: a right is lacking that nothing works without.
    """
    needed = [lack for lack in lacks(conn) if lack.needed]
    if needed:
        lines = "\n".join(f"  {lack.fix}  -- {lack.sentence}" for lack in needed)
        raise Refusal(f"The role lacks rights; nothing was changed. Let the database's owner run:\n{lines}")
