"""The pages of Настройки that are this room's: the school, its streams and courses, its lessons' names."""

from collections.abc import Callable

from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hsl.accounts.access import needs, operator_of
from hsl.accounts.models import AuditEntry, Operator
from hsl.accounts.permissions import Permission
from hsl.school import settings_forms as forms
from hsl.school import streams
from hsl.school.lessons import name_lesson
from hsl.school.models import Course, CourseStream, School
from hsl.school.own_school import change_school
from hsl.school.refusals import MissingError, RefusedError
from hsl.school.settings_queries import listed_courses, named_lessons
from hsl.school.settings_undo import undo
from hsl.ui.toasts import toast, toast_error
from hsl.ui.way_back import way_back

MANAGE = Permission.MANAGE_SCHOOL
FORM_METHODS = require_http_methods(["GET", "HEAD", "POST"])


@FORM_METHODS
@needs(MANAGE)
def school(request: HttpRequest) -> HttpResponse:
    """The school's name, zone and language."""
    form = forms.SchoolForm(request.POST or None, School.objects.first() or School())
    if form.is_valid() and _done(
        request, form, lambda actor: change_school(**form.cleaned_data, actor=actor), _("The school is saved")
    ):
        return redirect("settings")
    return _edit(request, form, _("School"), back="")


@require_safe
@needs(MANAGE)
def stream_list(request: HttpRequest) -> HttpResponse:
    """Courses and their streams."""
    return render(request, "school/stream_list.html", {"courses": listed_courses()})


@FORM_METHODS
@needs(MANAGE)
def add_course(request: HttpRequest) -> HttpResponse:
    """List a course."""
    form = forms.NewCourseForm(request.POST or None)
    if form.is_valid() and _done(
        request,
        form,
        lambda actor: streams.add_course(**form.cleaned_data, actor=actor),
        _("The course is listed"),
    ):
        return redirect("settings_streams")
    return _edit(request, form, _("New course"), action=_("Add the course"))


@FORM_METHODS
@needs(MANAGE)
def rename_course(request: HttpRequest, course_id: int) -> HttpResponse:
    """Call a course otherwise."""
    course = Course.objects.filter(id=course_id).first()
    if course is None:
        raise Http404
    form = forms.CourseForm(request.POST or None, initial={"title": course.title})
    if form.is_valid() and _done(
        request,
        form,
        lambda actor: streams.rename_course(course_id, form.cleaned_data["title"], actor=actor),
        _("The course is renamed"),
    ):
        return redirect("settings_streams")
    return _edit(request, form, course.title)


@FORM_METHODS
@needs(MANAGE)
def add_stream(request: HttpRequest) -> HttpResponse:
    """List a stream."""
    initial = {name: request.GET.get(name, "") for name in ("course", "course_stream")}
    form = forms.NewStreamForm(request.POST or None, initial=initial)
    if form.is_valid() and _done(
        request,
        form,
        lambda actor: streams.add_stream(
            form.cleaned_data["course"].id, form.cleaned_data["course_stream"], form.details, actor=actor
        ),
        _("The stream is listed"),
    ):
        return redirect(way_back(request, reverse("settings_streams")))
    return _edit(request, form, _("New stream"), action=_("Add the stream"))


@require_POST
@needs(MANAGE)
def list_stream(request: HttpRequest) -> HttpResponse:
    """List a stream that another program's bookings hold."""
    form = forms.UnlistedStreamForm(request.POST)
    if not form.is_valid():
        toast_error(request, _("Such a stream can't be listed: give course_id, a number, and course_stream"))
        return redirect("settings_streams")
    said = _("The stream is listed")
    return _act(request, lambda actor: streams.list_stream(**form.cleaned_data, actor=actor), said)


@FORM_METHODS
@needs(MANAGE)
def change_stream(request: HttpRequest, stream_id: int) -> HttpResponse:
    """What people are told of a stream."""
    stream = CourseStream.objects.filter(pk=stream_id).first()
    if stream is None:
        raise Http404
    form = forms.StreamForm(request.POST or None, initial=forms.StreamForm.of(stream))
    if form.is_valid() and _done(
        request,
        form,
        lambda actor: streams.change_stream(stream_id, form.details, actor=actor),
        _("The stream is saved"),
    ):
        return redirect("settings_streams")
    text = _("Bookings carry it as course %(course)s, %(stream)s; that never changes.") % {
        "course": stream.course_id,
        "stream": stream.course_stream,
    }
    return _edit(request, form, str(stream), text=text)


@require_POST
@needs(MANAGE)
def archive_stream(request: HttpRequest, stream_id: int) -> HttpResponse:
    """Offer a stream to nobody any more."""
    said = _("The stream is in the archive; its bookings and people stay what they are")
    return _act(request, lambda actor: streams.archive_stream(stream_id, actor=actor), said)


@require_POST
@needs(MANAGE)
def restore_stream(request: HttpRequest, stream_id: int) -> HttpResponse:
    """Take a stream out of the archive."""
    said = _("The stream is out of the archive")
    return _act(request, lambda actor: streams.restore_stream(stream_id, actor=actor), said)


@FORM_METHODS
@needs(MANAGE)
def lesson_list(request: HttpRequest) -> HttpResponse:
    """What the lessons are called."""
    if request.method != "POST":
        return render(request, "school/lesson_list.html", {"lessons": named_lessons()})
    form = forms.LessonForm(request.POST)
    if not form.is_valid():
        toast_error(request, _("Give one line of at most 200 characters; nothing was changed"))
        return redirect("settings_lessons")
    return _act(
        request,
        lambda actor: name_lesson(**form.cleaned_data, actor=actor),
        _("The lesson's name is saved"),
        then="settings_lessons",
    )


@require_POST
@needs(MANAGE)
def undo_act(request: HttpRequest, entry_id: int) -> HttpResponse:
    """Take back an act on the school's settings."""
    return _act(
        request, lambda actor: undo(entry_id, actor=actor), _("It is as it was before"), can_undo=False
    )


Act = Callable[[Operator], object]
"""What can be taken back gives its entry of the record."""


def _done(request: HttpRequest, form: Form, act: Act, said: str) -> bool:
    """Do it; what is refused stands over the form."""
    try:
        _do(request, act, said, can_undo=True)
    except RefusedError as refusal:
        form.add_error(None, str(refusal))
        return False
    return True


def _act(
    request: HttpRequest, act: Act, said: str, *, then: str = "settings_streams", can_undo: bool = True
) -> HttpResponse:
    """Do what a button asks for, and go back to where it stands."""
    try:
        _do(request, act, said, can_undo=can_undo)
    except MissingError as refusal:
        raise Http404 from refusal
    except RefusedError as refusal:
        toast_error(request, str(refusal))
    return redirect(way_back(request, reverse(then)))


def _do(request: HttpRequest, act: Act, said: str, *, can_undo: bool) -> None:
    """Do it and say so; with the way back where it can be undone and anything was changed."""
    done = act(operator_of(request))
    undo_url = ""
    if can_undo and isinstance(done, AuditEntry):
        undo_url = reverse("undo_settings", args=[done.pk])
    toast(request, said, undo_url)


def _edit(
    request: HttpRequest,
    form: Form,
    title: str,
    *,
    action: str = "",
    text: str = "",
    back: str | None = None,
) -> HttpResponse:
    context = {
        "form": form,
        "title": title,
        "action": action or _("Save"),
        "text": text,
        "back": reverse("settings_streams") if back is None else back,
    }
    return render(request, "ui/edit.html", context, status=400 if form.is_bound else 200)
