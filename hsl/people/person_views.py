"""A person's page, and what is done there: moving them, changing their bookings, taking acts back."""

from typing import cast

from django import forms
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_POST, require_safe

from hsl.accounts.access import needs
from hsl.accounts.models import Operator
from hsl.accounts.permissions import Permission
from hsl.facts.titles import titles
from hsl.people import queries, services
from hsl.people.forms import BookingForm, MoveForm, TimelineForm
from hsl.people.moments import KINDS, Kind, booking_status
from hsl.people.rows import Card
from hsl.people.timeline import timeline
from hsl.projections.fold import catch_up
from hsl.projections.snapshot import one_snapshot
from hsl.school.queries import stream_titles, streams_on_offer
from hsl.school.refusals import InvalidError, RefusedError
from hsl.school.refused import refused
from hsl.school.rows import Booking
from hsl.school.services import Changed
from hsl.ui.toasts import toast
from hsl.ui.way_back import way_back


@needs(Permission.SEE_PEOPLE)
@require_safe
def person(request: HttpRequest, user_id: int) -> HttpResponse:
    """A person: who they are, what is known, and a page of their timeline."""
    if not queries.LEAST_ID <= user_id <= queries.LARGEST_ID:
        raise Http404
    form = TimelineForm(request)
    catch_up()
    with one_snapshot():
        card = queries.card(user_id)
        if card is None:
            raise Http404
        streams = stream_titles()
        story = None
        if form.is_valid():
            story = timeline(user_id, _kinds(request, form), _counts(card), titles(), form.cursor)
    context = {
        "card": card,
        "streams": streams,
        "listed": streams_on_offer(),
        "form": form,
        "story": story,
        "older_url": form.address(after=story.older) if story and story.older else "",
        "newest_url": form.address() if form.cursor else "",
        "kinds": _links(request, form),
    }
    return render(request, "people/person.html", context, status=form.status)


def _kinds(request: HttpRequest, form: TimelineForm) -> list[Kind]:
    asked = form.cleaned_data["kind"]
    return [kind for kind in _shown(request) if asked in ("", kind)]


def _shown(request: HttpRequest) -> list[Kind]:
    hidden = set() if _sees_acts(request) else {Kind.ACT}
    if not request.user.has_perm(Permission.SEE_BROADCASTS):
        hidden.add(Kind.MESSAGE)
    return [kind for kind in Kind if kind not in hidden]


def _links(request: HttpRequest, form: TimelineForm) -> list[dict[str, object]]:
    """The ways to narrow the timeline, and which is chosen."""
    shown = form.data.get("kind", "")
    ways = {"": _("Everything"), **{str(kind): KINDS[kind] for kind in _shown(request)}}
    return [
        {"label": label, "url": form.address(kind=name), "current": name == shown}
        for name, label in ways.items()
    ]


def _sees_acts(request: HttpRequest) -> bool:
    """Who takes acts back, or reads the record, sees them beside what happened."""
    wanted = (Permission.SEE_AUDIT, Permission.CHANGE_BOOKINGS, Permission.MOVE_PEOPLE)
    return any(request.user.has_perm(permission) for permission in wanted)


def _counts(card: Card) -> dict[Kind, int]:
    return {Kind.BOOKING: card.bookings, Kind.REGISTRATION: card.registrations, Kind.EVENT: card.events}


@needs(Permission.MOVE_PEOPLE)
@require_POST
def move(request: HttpRequest, user_id: int) -> HttpResponse:
    """Move a person's newest active booking to another stream."""
    back = way_back(request, reverse("person", args=[user_id]))
    form = MoveForm(request.POST)
    if not form.is_valid():
        return refused(request, _invalid(form), back)
    try:
        moved = services.move_person(user_id, form.cleaned_data["stream"], actor=_operator(request))
    except RefusedError as error:
        return refused(request, error, back)
    _say(request, moved, _("Moved to %(stream)s") % {"stream": _title(moved.booking)})
    return HttpResponseRedirect(back)


@needs(Permission.CHANGE_BOOKINGS)
@require_POST
def change_booking(request: HttpRequest, booking_id: int) -> HttpResponse:
    """Confirm, cancel, restore or move a booking, or set its referral code and discount."""
    back = way_back(request, reverse("people"))
    form = BookingForm(request.POST)
    if not form.is_valid():
        return refused(request, _invalid(form), back)
    try:
        changed = services.change_booking(booking_id, form.changes, actor=_operator(request))
    except RefusedError as error:
        return refused(request, error, back)
    _say(request, changed, _words(changed.booking, form.changes))
    return HttpResponseRedirect(back)


@needs(Permission.CHANGE_BOOKINGS)
@require_POST
def undo(request: HttpRequest, entry_id: int) -> HttpResponse:
    """Take back an act on a booking: right after it, by its note, or later, in the timeline."""
    back = way_back(request, reverse("people"))
    try:
        booking = services.undo_change(entry_id, actor=_operator(request))
    except RefusedError as error:
        return refused(request, error, back)
    status = booking_status(booking.confirmed)
    words = _("Taken back: the booking is %(status)s, in %(stream)s") % {
        "status": status,
        "stream": _title(booking),
    }
    toast(request, words)
    return HttpResponseRedirect(back)


def _say(request: HttpRequest, changed: Changed, words: str) -> None:
    """A note of what was done, with the way to take it back."""
    toast(request, words, "" if changed.act is None else reverse("undo", args=[changed.act.pk]))


def _words(booking: Booking, changes: dict[str, int | str | None]) -> str:
    if "confirmed" in changes:
        return _("The booking is %(status)s") % {"status": booking_status(booking.confirmed)}
    if "course_stream" in changes:
        return _("Moved to %(stream)s") % {"stream": _title(booking)}
    return _("The booking is changed")


def _title(booking: Booking) -> str:
    stream = booking.course_stream
    return "—" if stream is None else stream_titles().get(stream, stream)


def _invalid(form: forms.Form) -> InvalidError:
    name, errors = next(iter(form.errors.items()))
    label = form.fields[name].label if name in form.fields else name
    return InvalidError(gettext_noop("%(field)s: %(problem)s"), field=label, problem=str(errors[0]))


def _operator(request: HttpRequest) -> Operator:
    return cast("Operator", request.user)
