"""Import on a page: upload, mapping, check, import, undo; each long step a job."""

from collections.abc import Iterator
from typing import IO, cast

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language, ngettext, override
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hsl.accounts.access import needs
from hsl.accounts.models import Operator
from hsl.accounts.permissions import Permission
from hsl.school.importing import jobs
from hsl.school.importing.forms import KIND_NAMES, MappingForm, UploadForm
from hsl.school.importing.kinds import KINDS
from hsl.school.importing.listing import ImportFilter, imports_page
from hsl.school.importing.problems import ImportRefusedError, header, in_words, read_problems
from hsl.school.importing.shown import mistakes
from hsl.school.importing.undoing import Undone, rows_standing, undo_numbers
from hsl.school.importing.uploads import errors_of, throw_away, upload
from hsl.school.models import Import
from hsl.ui.confirm import confirm
from hsl.ui.csv_file import csv_response
from hsl.ui.lists import render_list
from hsl.ui.templatetags.ui import number
from hsl.ui.toasts import toast, toast_error


@needs(Permission.IMPORT_FACTS)
@require_http_methods(["GET", "HEAD", "POST"])
def imports(request: HttpRequest) -> HttpResponse:
    """Past imports, and the form that begins a new one."""
    form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
    if form.is_valid():
        try:
            one = upload(form.cleaned_data["kind"], form.uploaded, _operator(request))
        except ImportRefusedError as refused:
            form.add_error("file", str(refused))
        else:
            return redirect("import", one.pk)
    filters = ImportFilter(request)
    if not filters.is_valid():
        return render_list(request, "importing/imports.html", filters, upload=form)
    page, total = imports_page(filters.cursor)
    answer = render_list(request, "importing/imports.html", filters, page, total=total, upload=form)
    if form.errors:
        answer.status_code = 400
    return answer


@needs(Permission.IMPORT_FACTS)
@require_safe
def one_import(request: HttpRequest, import_id: int) -> HttpResponse:
    """Where an import stands, and what can be done next."""
    return _page(request, _import(import_id))


@needs(Permission.IMPORT_FACTS)
@require_POST
def check(request: HttpRequest, import_id: int) -> HttpResponse:
    """Keep the mapping and start the check."""
    one = _import(import_id)
    form = MappingForm(one, request.POST)
    if not form.is_valid():
        return _page(request, one, form)
    return _begun(
        request, import_id, jobs.begin_check(import_id, _operator(request), form.columns, form.maps)
    )


@needs(Permission.IMPORT_FACTS)
@require_POST
def run(request: HttpRequest, import_id: int) -> HttpResponse:
    """Start the import of a file that was checked; bad rows are left out only where that is asked for."""
    if _import(import_id).checked is None:
        toast_error(request, _("Check the file first."))
        return redirect("import", import_id)
    skip_bad = request.POST.get("skip_bad") == "yes"
    return _begun(request, import_id, jobs.begin(import_id, _operator(request), skip_bad=skip_bad))


@needs(Permission.IMPORT_FACTS)
@require_http_methods(["GET", "HEAD", "POST"])
def undo(request: HttpRequest, import_id: int) -> HttpResponse:
    """Ask with the numbers, then start the undo."""
    one = _import(import_id)
    if request.method == "POST":
        return _begun(request, import_id, jobs.begin_undo(import_id, _operator(request)))
    if one.state != Import.State.IMPORTED:
        return redirect("import", import_id)
    return confirm(
        request,
        title=_("Undo this import?"),
        text=_sentence(undo_numbers(one)),
        action=_("Undo the import"),
        back=reverse("import", args=[import_id]),
    )


@needs(Permission.IMPORT_FACTS)
@require_POST
def discard(request: HttpRequest, import_id: int) -> HttpResponse:
    """Throw an uploaded file away."""
    one = _import(import_id)
    if one.state != Import.State.UPLOADED or (one.job and one.job.under_way):
        toast_error(request, _("It is being imported, or was: there is nothing to throw away."))
        return redirect("import", import_id)
    throw_away(one)
    toast(request, _("The file was thrown away; nothing was imported."))
    return redirect("imports")


@needs(Permission.IMPORT_FACTS)
@require_safe
def errors(request: HttpRequest, import_id: int) -> HttpResponseBase:  # noqa: ARG001 - Django's signature
    """What is wrong with the file, line by line, as CSV."""
    one = _import(import_id)
    try:
        file = errors_of(one.pk).open(encoding="utf-8", newline="")
    except FileNotFoundError:
        raise Http404 from None
    return csv_response(f"import-{one.pk}-errors", header(), _worded(file, get_language()))


def _worded(file: IO[str], language: str | None) -> Iterator[list[int | str]]:
    """Each problem in words; it is sent when the request's language is put back already."""
    with file:
        for problem in read_problems(file):
            with override(language):
                words = in_words(problem, on_page=True)
            yield words


def _page(request: HttpRequest, one: Import, form: MappingForm | None = None) -> HttpResponse:
    status = 400 if form and form.errors else 200
    context = {
        "one": one,
        "kind_name": KIND_NAMES[one.kind],
        "form": form or MappingForm(one),
        "columns": [column.name for column in KINDS[one.kind].columns],
        "good": one.checked["lines"] - one.checked["bad"] if one.checked else 0,
        "mistakes": mistakes(one),
        "standing": rows_standing(one),
        "rows_url": f"{reverse(one.kind)}?import={one.pk}",
        "can_fetch_errors": bool(one.checked and one.checked["problem_count"] and errors_of(one.pk).exists()),
    }
    return render(request, "importing/import.html", context, status=status)


def _begun(request: HttpRequest, import_id: int, job: object | None) -> HttpResponse:
    if job is None:
        toast_error(request, _("It is under way already, or done."))
    return redirect("import", import_id)


def _import(import_id: int) -> Import:
    return get_object_or_404(Import.objects.select_related("job"), pk=import_id)


def _operator(request: HttpRequest) -> Operator:
    return cast("Operator", request.user)


def _sentence(undone: Undone) -> str:
    parts = [
        (undone.deleted, ngettext("%s row will be deleted", "%s rows will be deleted", undone.deleted)),
        (undone.restored, ngettext("%s row will be put back", "%s rows will be put back", undone.restored)),
        (
            undone.changed,
            _changed(undone.changed),
        ),
        (undone.gone, ngettext("%s row is gone already", "%s rows are gone already", undone.gone)),
    ]
    said = [words % number(count) for count, words in parts if count]
    return f"{'; '.join(said)}." if said else _("There is nothing to undo: no row of it is left.")


def _changed(rows: int) -> str:
    return ngettext("%s row was changed since and stays", "%s rows were changed since and stay", rows)
