"""What is done to a message: paused, resumed, cancelled, sent again, recalled, put off, deleted."""

from collections.abc import Callable
from typing import NamedTuple

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from hsl.accounts.access import needs, operator_of
from hsl.accounts.models import Operator
from hsl.accounts.permissions import Permission
from hsl.broadcasts import controls, message_page, queries, services
from hsl.broadcasts.act_forms import NumberForm, TimeForm
from hsl.broadcasts.message_views import LARGEST_ID, ours_or_404
from hsl.broadcasts.shown import page_of
from hsl.broadcasts.words import when_words
from hsl.people.fields import line
from hsl.school.refusals import MissingError, RefusedError
from hsl.school.refused import refused
from hsl.ui.confirm import confirm
from hsl.ui.templatetags.ui import number
from hsl.ui.toasts import toast
from hsl.ui.way_back import way_back

ASKED = require_http_methods(["GET", "HEAD", "POST"])
Act = Callable[[Operator], str]
"""Does what a button asks for; gives what is said of it."""


class Question(NamedTuple):
    """What is asked before an act that can't be undone: the title, a sentence with the numbers, and the button."""

    title: str
    text: str
    action: str


@require_POST
@needs(Permission.WRITE_BROADCASTS)
def pause(request: HttpRequest, message_id: int) -> HttpResponse:
    """Send no more of it until it is resumed."""

    def act(operator: Operator) -> str:
        controls.pause(message_id, actor=operator)
        return _("Paused: what is on its way arrives, nothing more goes out")

    return _do(request, message_id, act)


@require_POST
@needs(Permission.WRITE_BROADCASTS)
def resume(request: HttpRequest, message_id: int) -> HttpResponse:
    """Go on with it."""

    def act(operator: Operator) -> str:
        controls.resume(message_id, actor=operator)
        return _("It goes on")

    return _do(request, message_id, act)


@ASKED
@needs(Permission.WRITE_BROADCASTS)
def cancel(request: HttpRequest, message_id: int) -> HttpResponse:
    """Never send the rest; asked about first."""

    def act(operator: Operator) -> str:
        controls.cancel(message_id, actor=operator)
        return _("Cancelled: nobody else gets it")

    ours_or_404(message_id)
    counts = queries.counts([message_id])[message_id]
    text = ngettext(
        "%(left)s person will not get it; the message stays with those who have it.",
        "%(left)s people will not get it; the message stays with those who have it.",
        counts.left,
    ) % {"left": number(counts.left)}
    unsent = _("It does not go out to anybody.")
    question = Question(_("Cancel the message?"), text if counts.total else unsent, _("Cancel it"))
    return _asked(request, message_id, question, act)


@ASKED
@needs(Permission.WRITE_BROADCASTS)
def retry_failed(request: HttpRequest, message_id: int) -> HttpResponse:
    """Send again to whom it failed; asked about first."""

    def act(operator: Operator) -> str:
        return _again_words(controls.retry_failed(message_id, actor=operator))

    ours = ours_or_404(message_id)
    people = message_page.live(ours).retryable
    text = ngettext(
        "Telegram is asked once more about %(count)s person, also where the bot was blocked.",
        "Telegram is asked once more about %(count)s people, also where the bot was blocked.",
        people,
    )
    question = Question(_("Send again to whom it failed?"), text % {"count": number(people)}, _("Send again"))
    return _asked(request, message_id, question, act)


@ASKED
@needs(Permission.WRITE_BROADCASTS)
def resend_unknown(request: HttpRequest, message_id: int) -> HttpResponse:
    """Send again to those of whom nobody knows whether they got it; asked about first."""

    def act(operator: Operator) -> str:
        people, fresh = controls.resend_unknown(message_id, actor=operator)
        said = _again_words(people)
        return f"{said}. {_fresh_words(fresh)}" if fresh else said

    ours_or_404(message_id)
    people = queries.counts([message_id])[message_id].unknown - controls.fresh_unknown(message_id)
    text = ngettext(
        "%(count)s person gets it once more; whoever has it already then has it twice.",
        "%(count)s people get it once more; whoever has it already then has it twice.",
        people,
    )
    question = Question(_("Send again to the unknown?"), text % {"count": number(people)}, _("Send again"))
    return _asked(request, message_id, question, act)


@ASKED
@needs(Permission.WRITE_BROADCASTS)
def dismiss_unknown(request: HttpRequest, message_id: int) -> HttpResponse:
    """Let those be of whom nobody knows; asked about first."""

    def act(operator: Operator) -> str:
        people = controls.dismiss_unknown(message_id, actor=operator)
        return ngettext("%(count)s person is let be", "%(count)s people are let be", people) % {
            "count": number(people)
        }

    ours_or_404(message_id)
    people = queries.counts([message_id])[message_id].unknown
    text = ngettext(
        "%(count)s person counts as failed and is not written to again, also if it never arrived.",
        "%(count)s people count as failed and are not written to again, also where it never arrived.",
        people,
    )
    question = Question(_("Let the unknown be?"), text % {"count": number(people)}, _("Let them be"))
    return _asked(request, message_id, question, act)


@ASKED
@needs(Permission.WRITE_BROADCASTS)
def recall(request: HttpRequest, message_id: int) -> HttpResponse:
    """Delete it from the chats; asked about first."""

    def act(operator: Operator) -> str:
        controls.recall(message_id, actor=operator)
        return _("It is being recalled")

    ours_or_404(message_id)
    people = queries.counts([message_id])[message_id].sent
    text = ngettext(
        "It is deleted from the chat of %(count)s person, as far as Telegram lets it: within 48 hours of sending.",
        "It is deleted from the chats of %(count)s people, as far as Telegram lets it: within 48 hours of sending.",
        people,
    )
    question = Question(_("Recall from the chats?"), text % {"count": number(people)}, _("Recall it"))
    return _asked(request, message_id, question, act)


@require_POST
@needs(Permission.WRITE_BROADCASTS)
def stop_act(request: HttpRequest, message_id: int, act_id: int) -> HttpResponse:
    """Stop an edit or a recall: what is done stays done."""

    def act(operator: Operator) -> str:
        controls.stop_act(message_id, min(act_id, LARGEST_ID), actor=operator)
        return _("Stopped: where it is done it stays done")

    return _do(request, message_id, act)


@require_POST
@needs(Permission.WRITE_BROADCASTS)
def unschedule(request: HttpRequest, message_id: int) -> HttpResponse:
    """Make it a draft again, and go on writing."""

    def act(operator: Operator) -> str:
        services.unschedule(message_id, actor=operator)
        return _("It is a draft again, and goes out to nobody")

    return _do(request, message_id, act, reverse("compose_edit", args=[min(message_id, LARGEST_ID)]))


@ASKED
@needs(Permission.WRITE_BROADCASTS)
def reschedule(request: HttpRequest, message_id: int) -> HttpResponse:
    """Another time for a scheduled message."""
    ours = ours_or_404(message_id)
    form = TimeForm(request.POST or None, initial={"at": ours.scheduled_at})
    if form.is_valid():
        try:
            at = services.schedule(message_id, form.cleaned_data["at"], actor=operator_of(request))
        except RefusedError as error:
            form.add_error("at", error.beside_its_field()[1])
        else:
            toast(request, _("It goes out %(when)s") % {"when": when_words(at)})
            return HttpResponseRedirect(page_of(message_id))
    context = {
        "form": form,
        "title": _("Another time"),
        "action": _("Schedule"),
        "back": page_of(message_id),
        "text": line(ours.content.text, ours=True),
    }
    return render(request, "ui/edit.html", context, status=400 if form.is_bound else 200)


@ASKED
@needs(Permission.WRITE_BROADCASTS)
def delete(request: HttpRequest, message_id: int) -> HttpResponse:
    """Delete the record of a message, confirmed by typing its number."""
    ours = ours_or_404(message_id)
    form = NumberForm(request.POST or None, message_id)
    if form.is_valid():
        try:
            services.delete(message_id, actor=operator_of(request))
        except RefusedError as error:
            return refused(request, error, page_of(message_id))
        toast(request, _("The record is deleted; what arrived stays in the chats"))
        return HttpResponseRedirect(reverse("broadcasts"))
    counts = queries.counts([message_id])[message_id]
    context = {
        "form": form,
        "id": message_id,
        "line": line(ours.content.text, ours=True),
        "people": counts.total,
        "back": page_of(message_id),
    }
    return render(request, "broadcasts/delete.html", context, status=400 if form.is_bound else 200)


def _again_words(people: int) -> str:
    words = ngettext(
        "It goes out once more to %(count)s person", "It goes out once more to %(count)s people", people
    )
    return words % {"count": number(people)}


def _fresh_words(people: int) -> str:
    return ngettext(
        "%(count)s became unknown only now: ask again in some seconds.",
        "%(count)s became unknown only now: ask again in some seconds.",
        people,
    ) % {"count": number(people)}


def _do(request: HttpRequest, message_id: int, act: Act, then: str = "") -> HttpResponse:
    """Do it, say so, and go back; or say why not."""
    if message_id > LARGEST_ID:
        raise Http404
    back = way_back(request, page_of(message_id))
    try:
        said = act(operator_of(request))
    except MissingError as error:
        raise Http404 from error
    except RefusedError as error:
        return refused(request, error, back)
    toast(request, said)
    return HttpResponseRedirect(then or back)


def _asked(request: HttpRequest, message_id: int, question: Question, act: Act) -> HttpResponse:
    """Ask first, then do it."""
    if request.method == "POST":
        return _do(request, message_id, act)
    return confirm(request, **question._asdict(), back=page_of(message_id))
