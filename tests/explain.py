"""What a query costs the database, in what does not vary from run to run."""

from collections.abc import Callable

from hsl.projections.gate import Connection


def pages_read(conn: Connection, query: str, values: dict[str, object] | None = None) -> int:
    """How many of the database's pages a query looks at, once it is planned: it is run twice."""
    for _ in range(2):
        rows = conn.execute(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {query}".encode(), values).fetchall()
    plan = rows[0][0][0]["Plan"]
    return int(plan["Shared Hit Blocks"] + plan["Shared Read Blocks"])


def pages_of_tables(conn: Connection, act: str | Callable[[], object], schema: str = "hsl") -> int:
    """How many pages of a schema's tables and of their indexes everybody looks at while a query runs, or what does
    several on this connection, once: without those of the catalogs, of which a query reads many when it has to be
    planned anew. The connection commits each statement by itself."""
    before = _counted(conn, schema)
    if callable(act):
        act()
    else:
        conn.execute(act.encode())
    return _counted(conn, schema) - before


def _counted(conn: Connection, schema: str) -> int:
    conn.execute("SELECT pg_stat_force_next_flush()")
    ((pages,),) = conn.execute(
        """SELECT sum(heap_blks_hit + heap_blks_read + coalesce(idx_blks_hit + idx_blks_read, 0))::bigint
           FROM pg_statio_all_tables WHERE schemaname = %s""",
        [schema],
    ).fetchall()
    return int(pages)
