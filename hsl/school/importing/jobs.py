"""Imports and their undo as jobs: checked, written, undone while the operator looks on."""

from collections.abc import Callable
from functools import partial

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hsl.accounts.models import Operator
from hsl.jobs.kinds import JobError, Outcome, Run
from hsl.jobs.models import Job
from hsl.jobs.services import start
from hsl.school.importing.problems import ImportRefusedError, keep_problems
from hsl.school.importing.service import import_facts
from hsl.school.importing.standing import Standing
from hsl.school.importing.undoing import undo
from hsl.school.importing.uploads import delete_files, errors_of, file_of
from hsl.school.models import Import
from hsl.ui.templatetags.ui import number

IMPORT, UNDO = "import", "undo_import"


@transaction.atomic
def begin_check(
    import_id: int, operator: Operator, columns: dict[str, str], maps: list[list[str]]
) -> Job | None:
    """Keep how the file is to be read, and start its check; None, and nothing kept, where a job of it is under way, or
    it is imported already."""
    one = _free(import_id, Import.State.UPLOADED)
    if one is None:
        return None
    one.columns, one.maps, one.checked = columns, maps, None
    one.save(update_fields=["columns", "maps", "checked"])
    return _begin(one, IMPORT, operator, dry_run=True, skip_bad=False)


@transaction.atomic
def begin(import_id: int, operator: Operator, *, skip_bad: bool) -> Job | None:
    """Start the import of an uploaded file; None as ``begin_check``."""
    one = _free(import_id, Import.State.UPLOADED)
    return None if one is None else _begin(one, IMPORT, operator, dry_run=False, skip_bad=skip_bad)


@transaction.atomic
def begin_undo(import_id: int, operator: Operator) -> Job | None:
    """Start the undo of an import; None as ``begin_check``."""
    one = _free(import_id, Import.State.IMPORTED)
    return None if one is None else _begin(one, UNDO, operator)


def _free(import_id: int, state: str) -> Import | None:
    one = Import.objects.select_for_update(of=("self",)).select_related("job").get(pk=import_id)
    under_way = one.job is not None and one.job.under_way
    return None if under_way or one.state != state else one


def _begin(one: Import, kind: str, operator: Operator, **arguments: bool) -> Job:
    one.job = start(kind, operator, {"import_id": one.pk, **arguments})
    one.save(update_fields=["job"])
    return one.job


def run_import(running: Run) -> Outcome:
    """The job of a check or an import. Begun again after its worker was killed it finds what the first did: the
    import is marked as done in the transaction that writes it."""
    one = Import.objects.get(pk=running.arguments["import_id"])
    dry_run, skip_bad = running.arguments["dry_run"], running.arguments["skip_bad"]
    if one.state == Import.State.UPLOADED:
        result = _in_words(lambda: _import(one, running, dry_run=dry_run, skip_bad=skip_bad))
        if dry_run or result["refused"]:
            Import.objects.filter(pk=one.pk).update(checked=result)
            return {"lines": result["lines"], "bad": result["bad"]}
    if not dry_run:
        delete_files(one.pk)
    one.refresh_from_db()
    written = one.result or {}
    return {name: written[name] for name in ("inserted", "updated", "bad") if name in written}


def words(outcome: Outcome) -> str:
    """What came of a check (“Checked: 1,240 good rows, 3 bad”) or an import (“1,240 rows imported”)."""
    bad = outcome.get("bad", 0)
    if "lines" in outcome:
        good = outcome["lines"] - bad
        said = ngettext(
            "Checked: %(good)s good row, %(bad)s bad", "Checked: %(good)s good rows, %(bad)s bad", good
        )
        return said % {"good": number(good), "bad": number(bad)}
    rows = outcome.get("inserted", 0) + outcome.get("updated", 0)
    said = ngettext("%(number)s row imported", "%(number)s rows imported", rows) % {"number": number(rows)}
    left = _("%(bad)s left out as bad") % {"bad": number(bad)}
    return f"{said}, {left}" if bad else said


def run_undo(running: Run) -> Outcome:
    """The job of an undo."""
    one = Import.objects.get(pk=running.arguments["import_id"])
    if one.state == Import.State.IMPORTED:
        running.progress("undo", 0)
        _in_words(lambda: undo(one.pk, running.operator))
    one.refresh_from_db()
    return dict(one.undone or {})


def undo_words(outcome: Outcome) -> str:
    """What came of an undo: “Deleted: 1,240 · put back: 3”."""
    named = {"deleted": _("Deleted"), "restored": _("put back"), "changed": _("changed since, so left")}
    return " · ".join(f"{word}: {number(outcome[name])}" for name, word in named.items() if outcome.get(name))


def _import(one: Import, running: Run, *, dry_run: bool, skip_bad: bool) -> dict[str, object]:
    try:
        stream = file_of(one.pk).open("rb")
    except FileNotFoundError:
        raise JobError(
            _("The file is not here any more: upload it again. (hsl web and hsl worker share HSL_DATA_DIR.)")
        ) from None
    with stream, errors_of(one.pk).open("w", encoding="utf-8", newline="") as problems:
        return import_facts(
            one.kind,
            stream,
            columns=one.columns,
            maps={(column, value): meant for column, value, meant in one.maps},
            dry_run=dry_run,
            skip_bad=skip_bad,
            keep=partial(keep_problems, file=problems),
            progress=running.progress,
            standing=Standing(one.pk, running.operator),
        ).summary()


def _in_words(act: Callable[[], dict[str, object] | object]) -> dict[str, object]:
    try:
        did = act()
    except ImportRefusedError as refused:
        raise JobError(refused.on_page) from refused
    return did if isinstance(did, dict) else {}
