"""``hsl doctor``: what stands between this database and true pages, each with what to do about it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from hsl.projections.attachment import changed_shapes, missing_triggers
from hsl.projections.health import health
from hsl.projections.indexes import left_to_owners, missing_indexes
from hsl.projections.patience import Connection
from hsl.projections.verifications import last_verified
from hsl.school.folding import folds_cyrillic, trigrams_trusted
from hsl.school.message_tables import obstacles
from hsl.school.rights import lacks
from hsl.school.rules import broken_rules
from hsl.school.shapes import FACTS, SPECIFICATION, find_shape

Verdict = Literal["ok", "warn", "fail"]
OLDEST, NEWEST = 14, 18
MIGRATE = "hsl migrate"
REBUILD = "hsl rebuild, then hsl verify"
LONG_WAIT_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at: ``ok``, ``warn`` (a part does not work, or soon won't) or ``fail`` (numbers or pages
    are wrong); in a sentence; and what to run."""

    name: str
    verdict: Verdict
    sentence: str
    fix: str = ""


Findings = Iterator[Finding]


def examine(conn: Connection) -> list[Finding]:
    """Look at everything, in order; what needs our schema is left out where there is none yet.

    ``conn`` is a connection to the database of Django's. Nothing is changed.
    """
    checks: list[Callable[[Connection], Findings]] = [_migrations, _server, _rights]
    if _has(conn, "hsl.table_shapes"):
        checks += [_folding, _shapes, _triggers, _indexes, _messages]
    if _has(conn, "hsl.recounts") and _has(conn, "hsl.totals_now"):
        checks += [_queue, _recounts, _set_aside, _drift, _rules]
    if _has(conn, "hsl.verifications"):
        checks.append(_verified)
    return [*_settings(), *(finding for check in checks for finding in check(conn))]


_REACHED = """
SELECT (SELECT bool_and(has_schema_privilege(oid, 'USAGE')) FROM pg_namespace WHERE nspname IN ('hsl', 'public'))
       AND NOT EXISTS (SELECT FROM pg_class
                       WHERE relnamespace = to_regnamespace('hsl') AND NOT pg_has_role(relowner, 'USAGE'))
"""


def _reaches(conn: Connection) -> bool:
    """Whether the role may look into the schema public, and at what is ours: to look all the same raises."""
    row = conn.execute(_REACHED).fetchone()
    return bool(row and row[0])


def _has(conn: Connection, relation: str) -> bool:
    if not _reaches(conn):
        return False
    row = conn.execute("SELECT to_regclass(%s) IS NOT NULL", [relation]).fetchone()
    return bool(row and row[0])


def _settings() -> Findings:
    if len(settings.SECRET_KEY) < 32:
        yield Finding(
            "settings", "warn", "HSL_SECRET_KEY is short: sessions could be forged.",
            "give a random text of 50 characters",
        )  # fmt: skip
    else:
        yield Finding("settings", "ok", "The secret key is there.")


def _server(conn: Connection) -> Findings:
    version = conn.info.server_version // 10000
    if OLDEST <= version <= NEWEST:
        yield Finding("database", "ok", f"PostgreSQL {version}.")
    else:
        verdict: Verdict = "fail" if version < OLDEST else "warn"
        yield Finding(
            "database", verdict, f"PostgreSQL {version} is not among those tried ({OLDEST} to {NEWEST}).",
            f"use PostgreSQL {OLDEST} to {NEWEST}",
        )  # fmt: skip
    row = conn.execute(
        "SELECT getdatabaseencoding(), rolsuper FROM pg_roles WHERE rolname = current_user"
    ).fetchone()
    encoding, superuser = row or ("", False)
    if encoding != "UTF8":
        yield Finding(
            "database", "fail", f"The database's encoding is {encoding}: names would be lost.",
            "make the database anew with ENCODING 'UTF8'",
        )  # fmt: skip
    if superuser and settings.DATABASE_URL:
        yield Finding(
            "role", "warn", "We connect as a superuser, who may do more than we need.",
            "make a role of our own: docs/adoption.md, Rights",
        )  # fmt: skip


def _rights(conn: Connection) -> Findings:
    lacking = [*lacks(conn), *(left_to_owners(conn) if _reaches(conn) else [])]
    for lack in lacking:
        yield Finding("rights", "fail" if lack.needed else "warn", lack.sentence, lack.fix)
    if not lacking:
        yield Finding("rights", "ok", "The role may do all that we need.")


def _migrations(conn: Connection) -> Findings:
    fix = f"stop the workers, then {MIGRATE}"
    if not _has(conn, "hsl.django_migrations"):  # Django would look for them in a bot's table of that name
        yield Finding("migrations", "fail", "There is nothing of ours here yet, or it can't be seen.", fix)
        return
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if plan:
        yield Finding("migrations", "fail", f"{len(plan)} migrations are not applied.", fix)
    else:
        yield Finding("migrations", "ok", "All migrations are applied.")


def _folding(conn: Connection) -> Findings:
    if not folds_cyrillic(conn):
        yield Finding(
            "locale", "warn", "No collation here folds Cyrillic: capital and small letters are searched apart.",
            "CREATE COLLATION from an ICU or UTF-8 locale, then hsl migrate",
        )  # fmt: skip
    else:
        yield Finding("locale", "ok", "Search folds Cyrillic.")
    if trigrams_trusted(conn):
        yield Finding("pg_trgm", "ok", "Search is served by trigrams.")
    else:
        yield Finding(
            "pg_trgm", "ok",
            "pg_trgm is not here, or does not see Cyrillic in this locale: search goes through the in-memory cache.",
        )  # fmt: skip


def _shapes(conn: Connection) -> Findings:
    for changed in changed_shapes(conn):
        yield Finding(
            "tables", "warn", f"{changed.table} has changed since its view was composed; a running worker follows it.",
            MIGRATE,
        )  # fmt: skip
    for table, wanted in SPECIFICATION.items():
        shape = find_shape(conn, table)
        if shape is None:
            yield Finding("tables", "fail", f"There is no table {table}.", MIGRATE)
        else:
            beyond = {"username", "first_name"} if table in ("bookings", "events") else set()
            if lacking := [name for name in wanted if name not in beyond and name not in shape.columns]:
                yield Finding(
                    "tables",
                    "warn",
                    f"{table} has no {', '.join(lacking)}: shown empty, and can't be written.",
                )


def _triggers(conn: Connection) -> Findings:
    for table in FACTS:
        shape = find_shape(conn, table)
        if shape and (missing := missing_triggers(conn, shape)):
            yield Finding(
                "triggers", "fail", f"Changes of {table} go unnoticed: {', '.join(missing)} is not there or disabled.",
                MIGRATE,
            )  # fmt: skip
        elif shape:
            yield Finding("triggers", "ok", f"Changes of {table} are noticed.")


def _indexes(conn: Connection) -> Findings:
    for index in missing_indexes(conn):
        yield Finding(
            "indexes", "fail" if index.needed else "warn", f"{index.table} has no index on {', '.join(index.columns)}.",
            MIGRATE,
        )  # fmt: skip


def _messages(conn: Connection) -> Findings:
    found = obstacles(conn)
    for obstacle in found:
        yield Finding("messages", "warn", f"{obstacle.sentence} Nothing can be sent.", obstacle.fix)
    if not found:
        yield Finding("messages", "ok", "The messaging tables hold what sending writes.")


_LONGEST_WAIT = """
SELECT coalesce(extract(epoch FROM clock_timestamp() - min(since)), 0)::int
FROM (SELECT since FROM hsl.waiting UNION ALL SELECT since FROM hsl.heavy) AS waits
"""


def _queue(conn: Connection) -> Findings:
    """Changes that nobody has taken bear no time, so it is asked whether anybody takes them."""
    now = health()
    least = "at least " if now.waiting.is_more else ""
    changes, people = f"{least}{now.waiting.changes}", f"{least}{now.waiting.taken}"
    waiting = f"{changes} changes and {people} people wait"
    (seconds,) = conn.execute(_LONGEST_WAIT).fetchone() or (0,)
    if not now.worker and now.waiting.people:
        yield Finding("queue", "warn", f"{waiting}, and no worker is connected.", "hsl worker")
    elif seconds > LONG_WAIT_SECONDS:
        yield Finding(
            "queue", "warn", f"{waiting}, the first for {seconds} s, though a worker is connected.",
            "see what hsl worker logs",
        )  # fmt: skip
    else:
        yield Finding("queue", "ok", f"{waiting}.")


_DRIFT = """
SELECT name, coalesce(t.n, 0), coalesce(c.n, 0)
FROM (SELECT name, n FROM totals_now WHERE name = 'people' OR name LIKE 'status:%') AS t
FULL JOIN (SELECT 'people' AS name, count(*) AS n FROM user_cache
           UNION ALL SELECT 'status:' || status, count(*) FROM user_cache GROUP BY 1) AS c USING (name)
WHERE coalesce(t.n, 0) <> coalesce(c.n, 0) ORDER BY name
"""
_RECOUNTS = """
SELECT kind, reason FROM hsl.recounts
UNION SELECT kind, reason FROM hsl.changes WHERE recount
ORDER BY 1, 2
"""


def _recounts(conn: Connection) -> Findings:
    for kind, reason in conn.execute(_RECOUNTS).fetchall():
        table = FACTS[kind - 1] if kind else "people"
        yield Finding("recounts", "warn", f"{table} will be counted again: {reason}.", "hsl worker")


def _drift(conn: Connection) -> Findings:
    """What can be seen in a moment: the sums of people beside the people. The whole of it is hsl verify's."""
    drifting = conn.execute(_DRIFT).fetchall()
    for name, kept, people in drifting:
        yield Finding(
            "drift",
            "fail",
            f"The sum of {name} is {kept}, and there are {people}.",
            REBUILD,
        )
    if not drifting:
        yield Finding(
            "drift", "ok", "The sums of people agree with the people; hsl verify compares everything."
        )


def _verified(_conn: Connection) -> Findings:
    last = last_verified()
    if last and not last.found.clean:
        differing = ", ".join(f"{one.projection} ({one.rows})" for one in last.found.differences)
        yield Finding(
            "drift", "fail", f"hsl verify of {last.ended_at:%Y-%m-%d %H:%M} UTC found what differs: {differing}.",
            REBUILD,
        )  # fmt: skip


def _set_aside(conn: Connection) -> Findings:
    for user_id, reason in conn.execute("SELECT user_id, reason FROM hsl.set_aside ORDER BY at LIMIT 5"):
        yield Finding("set aside", "warn", f"The facts of user {user_id} can't be computed: {reason}.")


def _rules(conn: Connection) -> Findings:
    if any(lack.needed for lack in lacks(conn)) or not all(find_shape(conn, table) for table in FACTS):
        return  # said above; the rules are looked for in the facts
    for broken in broken_rules(conn):
        yield Finding("rules", "warn", f"{broken.n} {broken.what}: {'; '.join(broken.examples)}.")
