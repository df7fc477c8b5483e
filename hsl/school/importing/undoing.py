"""The undo of an import, as one step."""

from dataclasses import asdict, dataclass

import psycopg
from django.db import DatabaseError, connection, transaction
from django.db.backends.utils import CursorWrapper
from django.utils.translation import gettext as _
from psycopg import sql

from hsl.accounts.audit import Actor, record
from hsl.school.importing.kinds import KINDS
from hsl.school.importing.problems import ImportRefusedError
from hsl.school.importing.statements import statement
from hsl.school.models import Import


@dataclass(frozen=True, slots=True)
class Undone:
    """``deleted``: rows the import had inserted; ``restored``: rows it had updated, as they were before; ``changed``:
    left, since somebody has changed them after it; ``gone``: not there any more."""

    deleted: int
    restored: int
    changed: int
    gone: int


def undo_numbers(one: Import) -> Undone:
    """What an undo would do now."""
    with connection.cursor() as cursor:
        return _numbers(cursor, one)


def rows_standing(one: Import) -> int:
    """How many of the rows that an import wrote, and no undo took, the table holds now."""
    facts = sql.Identifier("hsl", KINDS[one.kind].table)
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL(_STANDING).format(facts), [one.pk])
        return int(cursor.fetchone()[0])


_STANDING = (
    "SELECT count(*) FROM hsl.imported_rows JOIN {} AS facts ON facts.id = fact_id WHERE import_id = %s"
)


def undo(import_id: int, actor: Actor) -> Undone:
    """Undo an import, in one transaction: what it wrote and nobody has changed since.

    Raises:
        ImportRefusedError: it is not imported, or was undone before; or the database refuses (its role may not
            delete, or other rows depend on these).
    """
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            return _undo(cursor, import_id, actor)
    except DatabaseError as error:
        raise ImportRefusedError(_why(error, import_id)) from error


def _undo(cursor: CursorWrapper, import_id: int, actor: Actor) -> Undone:
    one = Import.objects.select_for_update().filter(pk=import_id).first()
    if one is None or one.state != Import.State.IMPORTED:
        raise ImportRefusedError(_("There is nothing to undo: this import was undone already."))
    table = KINDS[one.kind].table
    cursor.execute(
        statement(
            "undo",
            facts=sql.Identifier("hsl", table),
            table=sql.Identifier("public", table),
            import_id=sql.Literal(one.pk),
            assignments=_assignments(cursor, table),
        )
    )
    cursor.execute("SELECT count(*) FILTER (WHERE before IS NULL), count(before) FROM to_undo")
    deleted, restored = cursor.fetchone()
    left = _numbers(cursor, one)
    undone = Undone(deleted, restored, left.changed, left.gone)
    one.state, one.undone = Import.State.UNDONE, asdict(undone)
    one.save()
    record(actor, "facts.undo_import", f"import:{one.pk}", after=asdict(undone))
    return undone


def _numbers(cursor: CursorWrapper, one: Import) -> Undone:
    facts = sql.Identifier("hsl", KINDS[one.kind].table)
    cursor.execute(statement("undo_numbers", facts=facts, import_id=sql.Literal(one.pk)))
    return Undone(*cursor.fetchone())


_COLUMNS = """
SELECT attname::text FROM pg_attribute
WHERE attrelid = to_regclass('public.' || quote_ident(%s)) AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
  AND attname <> 'id'
"""


def _assignments(cursor: CursorWrapper, table: str) -> sql.Composed:
    cursor.execute(_COLUMNS, [table])
    names = [sql.Identifier(name) for (name,) in cursor.fetchall()]
    return sql.SQL(", ").join(sql.SQL("{0} = was.{0}").format(name) for name in names)


def _why(error: DatabaseError, import_id: int) -> str:
    if isinstance(error.__cause__, psycopg.errors.InsufficientPrivilege):
        table = KINDS[Import.objects.get(pk=import_id).kind].table
        return _(
            "The role may not delete from %(table)s: GRANT DELETE ON public.%(table)s, by its owner."
        ) % {"table": table}
    return _("The database refused, nothing was undone: %(why)s") % {"why": str(error).strip()}
