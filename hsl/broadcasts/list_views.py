"""All messages as a list; a message's recipients as a list, and as a file."""

from typing import Any
from urllib.parse import parse_qsl

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from hsl.accounts.access import needs
from hsl.accounts.audit import Value
from hsl.accounts.exports import export
from hsl.accounts.permissions import Permission
from hsl.broadcasts import queries
from hsl.broadcasts.list_forms import GROUPS, BroadcastFilter, RecipientFilter
from hsl.broadcasts.reasons import DELIVERIES, explained, reason_words
from hsl.broadcasts.recipients import Recipient, Recipients
from hsl.broadcasts.shown import Badge, shown
from hsl.people.fields import line
from hsl.people.groups import groups
from hsl.projections.fold import catch_up
from hsl.projections.snapshot import one_snapshot
from hsl.school.queries import stream_titles
from hsl.school.selecting import value
from hsl.ui.csv_file import Cell
from hsl.ui.filters import Chip
from hsl.ui.keyset import Page
from hsl.ui.lists import render_list

EXPORTED = (
    "user_id",
    "username",
    "first_name",
    "delivery_status",
    "reason",
    "words",
    "at",
    "telegram_message_id",
)
_OURS = "SELECT EXISTS (SELECT FROM broadcasts WHERE message_id = %s)"


@require_safe
@needs(Permission.SEE_BROADCASTS)
def broadcasts(request: HttpRequest) -> HttpResponse:
    """All messages, ours and other programs', the newest first."""
    with one_snapshot():
        titles = stream_titles()
        names = {name: titles.get(name, str(GROUPS.get(name, name))) for name, _size in groups()}
        form = BroadcastFilter(request, names)
        if not form.is_valid():
            return render_list(request, "broadcasts/broadcasts.html", form)
        page = queries.listed(form.wanted, form.cursor)
        total = queries.count(form.wanted)
        ours = [message.id for message in page.rows if message.ours]
        counts = queries.counts(ours, [message.id for message in page.rows if not message.ours])
        clicked = queries.clicked(ours) if ours else {}
        shown_rows = shown(page.rows, counts, clicked, titles)
    shown_page = Page(shown_rows, page.newer, page.older)
    return render_list(request, "broadcasts/broadcasts.html", form, shown_page, total=total)


@require_safe
@needs(Permission.SEE_BROADCASTS)
def recipients(request: HttpRequest, message_id: int) -> HttpResponse:
    """Whom a message is for, and what became of each."""
    with one_snapshot():
        message, counts, ours = _message(message_id)
        form = RecipientFilter(request, counts)
        context: dict[str, Any] = {
            "message_id": message_id,
            "line": line(message.message_text, ours=ours),
            "ours": ours,
        }
        if not form.is_valid():
            return render_list(request, "broadcasts/recipients.html", form, **context)
        found = Recipients(message_id, form.asked, counts, ours=ours)
        page = found.page(form.cursor)
        total = found.count()
        chips = _chips(form, message_id)
    page_shown = Page([_row(recipient) for recipient in page.rows], page.newer, page.older)
    url = reverse("recipients_export", args=[message_id])
    return render_list(
        request,
        "broadcasts/recipients.html",
        form,
        page_shown,
        total=total,
        export_url=url,
        chips=chips,
        **context,
    )


@require_safe
@needs(Permission.EXPORT)
def export_recipients(request: HttpRequest, message_id: int) -> HttpResponseBase:
    """The same recipients as a CSV file."""
    catch_up()
    _history, counts, ours = _message(message_id)
    form = RecipientFilter(request, counts)
    if not form.is_valid():
        return render_list(
            request, "broadcasts/recipients.html", form, message_id=message_id, line="", ours=ours
        )
    found = Recipients(message_id, form.asked, counts, ours=ours)
    asked: dict[str, Value] = {
        **dict(parse_qsl(form.query())),
        "broadcast": message_id,
        "rows": found.count(),
    }
    return export(request, "recipients", EXPORTED, (_cells(one) for one in found.all()), asked)


def _message(message_id: int) -> tuple[queries.External, queries.Counts, bool]:
    message = queries.history(message_id) if message_id < 2**31 else None
    if message is None:
        raise Http404
    ours = bool(value(_OURS, [message_id]))
    counts = queries.counts([message_id] if ours else [], [] if ours else [message_id])
    return message, counts[message_id], ours


def _row(recipient: Recipient) -> dict[str, object]:
    badge = DELIVERIES.get(recipient.status, (recipient.status, "help-circle", "secondary"))
    why, words = explained(reason_words(recipient.reason), recipient.words) if recipient.reason else ("", "")
    return {"recipient": recipient, "badge": Badge(*badge), "why": why, "words": words}


def _cells(one: Recipient) -> tuple[Cell, ...]:
    return (
        one.user_id,
        one.username,
        one.first_name,
        one.status,
        one.reason,
        one.words,
        one.at,
        one.telegram_message_id,
    )


def _chips(form: RecipientFilter, message_id: int) -> list[Chip]:
    asked = form.asked
    chips = []
    if asked.clicked is not None:
        links = {link.id: link.url for link in queries.clicked_links(message_id)} if asked.clicked else {}
        chips.append(form.chip("clicked", links.get(asked.clicked, _("any"))))
    if asked.act is not None:
        kinds = {act.id: act.kind for act in queries.acts(message_id)}
        words = {"edit": _("the edit"), "recall": _("the recall")}
        chips.append(form.chip("act", words.get(kinds.get(asked.act, ""), str(asked.act))))
    if asked.state:
        states = dict(form.fields["state"].choices)  # type: ignore[attr-defined] # a ChoiceField, declared so
        chips.append(form.chip("state", str(states[asked.state])))
    if asked.act_reason:
        chips.append(form.chip("act_reason", reason_words(asked.act_reason)))
    return chips
