"""All that can be told of a database's schema public: its catalogue and every row."""

from typing import Any

from tests.adoption.bots import Connection

_OURS = "(relname LIKE 'hsl\\_%')"
_QUERIES = {
    "relations": """
      SELECT c.relname, c.relkind, c.relowner, c.relacl::text, c.reloptions, c.relhasrules, c.relrowsecurity,
             c.relreplident, c.relfilenode, obj_description(c.oid)
      FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relname NOT LIKE 'hsl\\_%' ORDER BY 1""",
    "columns": """
      SELECT a.attrelid::regclass::text, a.attnum, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull,
             a.attcollation::regcollation::text, a.attidentity, a.attgenerated, a.attstattarget, a.attstorage,
             a.attacl::text, pg_get_expr(d.adbin, d.adrelid)
      FROM pg_attribute a LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
      JOIN pg_class c ON c.oid = a.attrelid
      WHERE c.relnamespace = 'public'::regnamespace AND c.relname NOT LIKE 'hsl\\_%' ORDER BY 1, 2""",
    "constraints": """
      SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
      WHERE connamespace = 'public'::regnamespace ORDER BY 1, 2""",
    "indexes": """
      SELECT indexname, indexdef FROM pg_indexes
      WHERE schemaname = 'public' AND indexname NOT LIKE 'hsl\\_%' ORDER BY 1""",
    "triggers": """
      SELECT tgrelid::regclass::text, tgname, tgenabled, pg_get_triggerdef(t.oid)
      FROM pg_trigger t JOIN pg_class c ON c.oid = tgrelid
      WHERE c.relnamespace = 'public'::regnamespace AND NOT tgisinternal AND tgname NOT LIKE 'hsl\\_%'
      ORDER BY 1, 2""",
    "functions": """
      SELECT p.oid::regprocedure::text FROM pg_proc p
      WHERE p.pronamespace = 'public'::regnamespace
        AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e') ORDER BY 1""",
    "sequences": "SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = 'public' ORDER BY 1",
}


def describe(conn: Connection) -> dict[str, list[tuple[Any, ...]]]:
    """The catalogue of ``public`` without what is ours there (``hsl_…``), and the rows of every table."""
    found = {name: conn.execute(query).fetchall() for name, query in _QUERIES.items()}
    for relname, relkind, *_ in found["relations"]:
        if relkind == "r":
            found[f"rows of {relname}"] = conn.execute(
                f"SELECT t.ctid::text, t.xmin::text, t::text FROM public.{relname} AS t ORDER BY t.ctid"
            ).fetchall()
    return found


def indexes(conn: Connection, like: str) -> dict[str, str]:
    """The indexes of ``public`` whose names are ``like`` that: each with its method and its columns in their order."""
    return dict(
        conn.execute(
            "SELECT indexname, substring(indexdef FROM ' USING (.*)') FROM pg_indexes"
            " WHERE schemaname = 'public' AND indexname LIKE %s",
            [like],
        ).fetchall()
    )
