"""Moving the people chosen in the list, and taking that back."""

from typing import cast

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_POST, require_safe

from hsl.accounts.access import needs
from hsl.accounts.models import AuditEntry, Operator
from hsl.accounts.permissions import Permission
from hsl.jobs.models import Job
from hsl.jobs.services import start
from hsl.people import services, tasks
from hsl.people.chosen import Chosen, chosen
from hsl.people.words import move_words, moved_words, undo_words
from hsl.school.moving import Moved
from hsl.school.queries import stream_titles
from hsl.school.refusals import ConflictError, RefusedError
from hsl.school.refused import refused
from hsl.ui.toasts import toast, toast_error
from hsl.ui.way_back import way_back


@needs(Permission.MOVE_PEOPLE)
@require_POST
def move(request: HttpRequest) -> HttpResponse:
    """Move the people chosen: a few at once, many by a job."""
    back = way_back(request, reverse("people"))
    stream = request.POST.get("stream", "")
    try:
        those = chosen(request.POST)
        if those.user_ids is None:
            return _start(request, those, stream)
        moved = services.move_few(those.user_ids, stream, actor=_operator(request))
    except RefusedError as error:
        return refused(request, error, back)
    words = move_words(moved.outcomes, stream_titles().get(stream, stream))
    if moved.act is None:
        toast_error(request, words)
    else:
        toast(request, words, reverse("people_undo", args=[moved.act.pk]))
    return HttpResponseRedirect(back)


def _start(request: HttpRequest, those: Chosen, stream: str) -> HttpResponse:
    with transaction.atomic():
        act = services.begin_moving(stream, those.people, actor=_operator(request))
        start(tasks.MOVE.name, _operator(request), {"act": act.pk, "query": those.query})
    return HttpResponseRedirect(reverse("people_moving", args=[act.pk]))


@needs(Permission.MOVE_PEOPLE)
@require_safe
def moving(request: HttpRequest, entry_id: int) -> HttpResponse:
    """How far a move of many people is, what came of it, and the way to take it back."""
    act = AuditEntry.objects.filter(pk=entry_id, act__in=["people.move", "people.undo"]).first()
    if act is None:
        raise Http404
    if act.undoes_id is not None:
        return HttpResponseRedirect(reverse("people_moving", args=[act.undoes_id]))
    undone = AuditEntry.objects.filter(undoes=act).first()
    stream = str((act.after or {})["course_stream"])
    titles = stream_titles()
    title = titles.get(stream, stream)
    job = _job(tasks.MOVE.name, act)
    undo_job = _job(tasks.UNDO.name, undone) if undone else None
    context = {
        "act": act,
        "stream": title,
        "job": job,
        "words": _moved(job, act, title),
        "sources": services.moved_from(act, titles),
        "undone": undone,
        "undo_job": undo_job,
        "undo_words": _undone(undo_job, undone),
        "can_undo": (undone is None or services.undo_stopped(undone))
        and not (job and job.under_way)
        and act.parts.exists(),
    }
    return render(request, "people/moving.html", context)


def _moved(job: Job | None, act: AuditEntry, stream: str) -> str:
    if job is None:
        return moved_words(act.parts.count(), int((act.after or {})["people"]), stream)
    if job.outcome is None:
        return ""
    return move_words({Moved(outcome): n for outcome, n in job.outcome.items()}, stream)


def _undone(job: Job | None, act: AuditEntry | None) -> str:
    if job is not None:
        return undo_words(job.outcome["undone"], job.outcome["refused"]) if job.outcome else ""
    if act is None or act.undoes is None:
        return ""
    undone = act.parts.count()
    return undo_words(undone, act.undoes.parts.count() - undone)


@needs(Permission.MOVE_PEOPLE)
@require_POST
def undo(request: HttpRequest, entry_id: int) -> HttpResponse:
    """Take back a move of people: a few at once, many by a job."""
    back = way_back(request, reverse("people"))
    try:
        with transaction.atomic():
            taking_back = services.begin_undoing(entry_id, actor=_operator(request))
            _refuse_under_way(taking_back.undoes)
            many = AuditEntry.objects.filter(part_of=taking_back.undoes).count() > services.BATCH
            if many:
                start(tasks.UNDO.name, _operator(request), {"act": taking_back.pk})
                return HttpResponseRedirect(reverse("people_moving", args=[entry_id]))
            undone, left = services.undo_few(taking_back, actor=_operator(request))
    except RefusedError as error:
        return refused(request, error, back)
    toast(request, undo_words(undone, left))
    return HttpResponseRedirect(back)


def _refuse_under_way(act: AuditEntry | None) -> None:
    job = act and _job(tasks.MOVE.name, act)
    if job and job.under_way:
        raise ConflictError(
            gettext_noop("These people are still being moved: cancel that first, or wait for its end")
        )


def _job(kind: str, act: AuditEntry) -> Job | None:
    return Job.objects.filter(kind=kind, arguments__act=act.pk).order_by("-pk").first()


def _operator(request: HttpRequest) -> Operator:
    return cast("Operator", request.user)
