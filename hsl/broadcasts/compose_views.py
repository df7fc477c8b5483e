"""The compose page: to whom, what, when; and the last page before a message goes out."""

import json
from contextlib import suppress
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hsl.accounts.access import needs, operator_of
from hsl.accounts.permissions import Permission
from hsl.broadcasts import compose_page, services, trial, words
from hsl.broadcasts.bot import rate_of
from hsl.broadcasts.composing import (
    BadTimeError,
    Composed,
    composed,
    composed_of,
    content_of,
    reach_of,
    refusals,
)
from hsl.broadcasts.content import Content
from hsl.broadcasts.messages import Broadcast, broadcast, locked, update
from hsl.broadcasts.models import Template
from hsl.broadcasts.quiet_hours import end_of_quiet
from hsl.broadcasts.readers import reader
from hsl.broadcasts.reasons import explained
from hsl.broadcasts.services import Draft
from hsl.broadcasts.shown import page_of
from hsl.broadcasts.statuses import Status
from hsl.people.search import LONGEST, found_cards
from hsl.projections.fold import catch_up
from hsl.school.queries import stream_titles
from hsl.school.refusals import ConflictError, InvalidError, MissingError, RefusedError
from hsl.school.refused import refused
from hsl.telegram import outcomes
from hsl.telegram.bot import our_bot
from hsl.ui.toasts import toast
from hsl.ui.way_back import way_back

FORM_METHODS = require_http_methods(["GET", "HEAD", "POST"])
FOUND = 8


@needs(Permission.WRITE_BROADCASTS)
@never_cache
@FORM_METHODS
def new(request: HttpRequest) -> HttpResponse:
    """A new message. The address may name groups, people, filters of the list of people, a template."""
    if request.method == "POST":
        return _go_on(request, None)
    if "csrfmiddlewaretoken" in request.GET:  # the form of the list of people; its address is not to be kept
        return HttpResponseRedirect(f"{request.path}?{_handed_over(request.GET)}")
    written = _asked_for(request.GET)
    problem = "" if written.audience.empty else reach_of(written.audience)[1]
    errors = {"who": problem} if problem else {}
    context = compose_page.page(written, errors, None)
    return render(request, "broadcasts/compose.html", context, status=400 if errors else 200)


@needs(Permission.WRITE_BROADCASTS)
@never_cache
@FORM_METHODS
def edit(request: HttpRequest, message_id: int) -> HttpResponse:
    """Go on with a draft."""
    message = _draft(message_id)
    if message.status is not Status.DRAFT:
        words_ = ConflictError("This message is no draft any more: take it back to the drafts first")
        return refused(request, words_, page_of(message_id))
    if request.method == "POST":
        return _go_on(request, message_id)
    return render(request, "broadcasts/compose.html", compose_page.page(composed_of(message), {}, message_id))


def _asked_for(query: QueryDict) -> Composed:
    """What the page's address asks for."""
    written = composed(query)
    template = query.get("template", "")
    kept = (
        Template.objects.filter(pk=template).first() if template.isdecimal() and len(template) < 19 else None
    )
    content = Content("", link_preview=True) if kept is None else Content.from_json(kept.content)
    return Composed(Draft(content, written.audience, quiet=True), key=get_random_string(32))


def _handed_over(query: QueryDict) -> str:
    """The people chosen in the list of people, or all that match there, as an address names them."""
    if query.get("everyone"):
        return urlencode({"filters": query.get("query", "")})
    return urlencode([("person", text) for text in query.getlist("person")])


def _go_on(request: HttpRequest, message_id: int | None) -> HttpResponse:
    """To the last page, where nothing stands in the way; else the same page with what does."""
    catch_up()
    written = composed(request.POST)
    errors = refusals(written).by_part
    if errors:
        context = compose_page.page(written, errors, message_id)
        return render(request, "broadcasts/compose.html", context, status=400)
    try:
        message_id = _save(request, written, message_id)
    except RefusedError as error:
        return refused(request, error, reverse("compose"))
    return HttpResponseRedirect(reverse("compose_confirm", args=[message_id]))


def _save(request: HttpRequest, written: Composed, message_id: int | None) -> int:
    """Keep a draft, in one transaction: nobody sends it before its time is kept too. Raises RefusedError where it is
    none any more."""
    with transaction.atomic():
        if message_id is None:
            key = f"page:{operator_of(request).pk}:{written.key}" if written.key else None
            message_id = services.create(written.draft, actor=operator_of(request), idempotency_key=key)
        services.save_draft(message_id, written.draft)
        with suppress(BadTimeError):  # the last page asks for another
            update(message_id, scheduled_at=written.at())
    return message_id


@needs(Permission.WRITE_BROADCASTS)
@require_POST
def save(request: HttpRequest) -> HttpResponse:
    """Keep the draft as it stands, by itself."""
    try:
        message_id = _save(request, composed(request.POST), _saved_as(request))
    except RefusedError as error:
        return render(request, "broadcasts/saved.html", {"error": error})
    answer = render(request, "broadcasts/saved.html", {"message_id": message_id})
    answer.headers["HX-Replace-Url"] = reverse("compose_edit", args=[message_id])
    return answer


@needs(Permission.WRITE_BROADCASTS)
@require_POST
def look(request: HttpRequest) -> HttpResponse:
    """The phone: how the message looks to somebody, how long it is, what is wrong with it."""
    content, audience = content_of(request.POST), composed(request.POST).audience
    card = reader(audience, _chosen_reader(request))
    context = compose_page.phone(content, card) | compose_page.counted(
        content, card, refused="refused" in request.POST
    )
    return render(request, "broadcasts/look.html", context)


@needs(Permission.WRITE_BROADCASTS)
@require_POST
def tell(request: HttpRequest) -> HttpResponse:
    """Whom the message would reach now, and when it would go out, in words."""
    catch_up()
    written = composed(request.POST)
    reach, problem = reach_of(written.audience)
    when, bad_time = "", ""
    if written.later and (written.day or written.time or "refused" in request.POST):
        try:
            when = words.when_words(written.at())
        except BadTimeError as error:
            bad_time = str(error)
    context = {
        "reach": reach,
        "problem": "" if written.audience.empty else problem,
        "when": when,
        "bad_time": bad_time,
        "duration": words.duration_words(reach.reachable / rate_of(paid=written.content.paid))
        if reach and reach.reachable
        else "",
        "stars": words.stars_words(reach.reachable, rate_of(paid=written.content.paid))
        if reach and reach.reachable and written.content.paid
        else "",
    }
    return render(request, "broadcasts/tell.html", context)


@needs(Permission.WRITE_BROADCASTS)
@require_safe
def find(request: HttpRequest) -> HttpResponse:
    """People by a text, to be chosen."""
    q = request.GET.get("q", "").strip()
    cards = found_cards(q, FOUND) if q and len(q) <= LONGEST else []
    context = {
        "cards": cards,
        "q": q,
        "titles": stream_titles(),
        "for_phone": request.GET.get("for") == "phone",
    }
    return render(request, "broadcasts/found.html", context)


@needs(Permission.WRITE_BROADCASTS)
@require_POST
def try_out(request: HttpRequest) -> HttpResponse:
    """Send the message, as it stands on the page, to the operator."""
    message_id = _saved_as(request)
    back = "" if message_id is None else reverse("compose_edit", args=[message_id])
    said = _tried(request, content_of(request.POST))
    return render(request, "broadcasts/tried.html", {"back": back, **said})


@needs(Permission.WRITE_BROADCASTS)
@require_POST
def try_draft(request: HttpRequest, message_id: int) -> HttpResponse:
    """Send a draft to the operator. Telegram has its file then: what that kept from the last page goes."""
    message = _draft(message_id)
    said = _tried(request, message.content)
    back = reverse("compose_confirm", args=[message_id])
    return render(
        request, "broadcasts/tried.html", {"oob": True, "back": back, **_last_page(message), **said}
    )


def _tried(request: HttpRequest, content: Content) -> dict[str, Any]:
    """What came of sending it to the operator: nothing to say where it arrived."""
    try:
        outcome = trial.send_to_oneself(content, operator_of(request))
    except InvalidError as error:
        return {"problem": error.beside_its_field()[1]}
    except RefusedError as error:
        return {"problem": str(error)}
    if isinstance(outcome, outcomes.Sent):
        return {}
    problem, words = explained(outcomes.sentence(outcome.reason), getattr(outcome, "words", ""))
    return {"problem": problem, "telegram": words}


@needs(Permission.WRITE_BROADCASTS)
@never_cache
@FORM_METHODS
def confirm(request: HttpRequest, message_id: int) -> HttpResponse:
    """What will happen, in one sentence, and the button that lets it."""
    catch_up()
    message = _draft(message_id)
    if message.status is not Status.DRAFT:
        return HttpResponseRedirect(page_of(message_id))
    context = _last_page(message)
    if request.method == "GET" or context["errors"]:
        status = 400 if request.method == "POST" else 200
        return render(request, "broadcasts/confirm.html", context, status=status)
    try:
        at = _let_go(request, message_id)
    except RefusedError as error:
        return refused(request, error, reverse("compose_edit", args=[message_id]))
    if at is None:
        changed = _last_page(_draft(message_id)) | {"changed": True}
        return render(request, "broadcasts/confirm.html", changed, status=409)
    said = _("It goes out %(when)s") % {"when": words.when_words(context["waits_until"] or at)}
    toast(request, said if context["later"] else _("It is on its way"))
    return HttpResponseRedirect(page_of(message_id))


def _let_go(request: HttpRequest, message_id: int) -> datetime | None:
    """Schedule the draft as the page has shown it; gives when it goes out, None where it is another by now."""
    with locked(message_id) as message:
        if message.status is Status.DRAFT and request.POST.get("version") != _version(message):
            return None
        return services.schedule(message_id, message.scheduled_at, actor=operator_of(request))


def _last_page(message: Broadcast) -> dict[str, Any]:
    written = composed_of(message)
    found = refusals(written)
    errors = dict(found.by_part)
    bot = our_bot()
    if bot is None:
        errors["bot"] = _("There is no bot to send with: set HSL_BOT_TOKEN and start again")
    elif message.content.media and not trial.file_id_of(message.content, bot):
        errors["trial"] = _(
            "Send it to yourself first: so Telegram gets the file, and everybody else gets it at once."
        )
    card = reader(message.audience, None)
    people = found.reach.reachable if found.reach else 0
    who = words.audience_words(message.audience, stream_titles())
    if message.audience.individual and card:
        who = card.shown_name
    at = None if "when" in errors else message.scheduled_at
    rate = rate_of(paid=message.content.paid)
    waits_until = end_of_quiet(at or timezone.now()) if message.quiet else None
    return {
        "message": message,
        "errors": errors,
        "blocked": bool(errors),
        "reach": found.reach,
        "people": people,
        "sentence": words.sentence(people, who, waits_until or at, rate),
        "later": message.scheduled_at is not None or waits_until is not None,
        "waits_until": waits_until,
        "cost": words.cost_words(people, rate) if message.content.paid else "",
        "version": _version(message),
        **compose_page.phone(message.content, card),
    }


def _version(message: Broadcast) -> str:
    """Another one for another message; the same where the draft was saved once more as it stood."""
    parts = [message.content.to_json(), message.audience.to_json(), message.quiet, str(message.scheduled_at)]
    return sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


@needs(Permission.WRITE_BROADCASTS)
@require_POST
def duplicate(request: HttpRequest, message_id: int) -> HttpResponse:
    """Write a message again: a new draft with the same content, for the same people."""
    try:
        made = services.duplicate(message_id, actor=operator_of(request))
    except MissingError as error:
        raise Http404 from error
    except RefusedError as error:
        return refused(request, error, way_back(request, page_of(message_id)))
    return HttpResponseRedirect(reverse("compose_edit", args=[made]))


def _saved_as(request: HttpRequest) -> int | None:
    """The draft as which the page has saved itself, if it has."""
    number = request.POST.get("message", "")
    return int(number) if number.isdecimal() and len(number) < 10 else None


def _draft(message_id: int) -> Broadcast:
    try:
        return broadcast(message_id)
    except RefusedError as error:
        raise Http404 from error


def _chosen_reader(request: HttpRequest) -> int | None:
    text = request.POST.get("reader", "")
    return int(text) if text.removeprefix("-").isdecimal() and len(text) < 20 else None
