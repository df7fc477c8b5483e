"""The page of a message, which watches it while something moves."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from hsl.accounts.access import needs
from hsl.accounts.permissions import Permission
from hsl.broadcasts import compose_page, message_page, queries
from hsl.broadcasts.content import Content
from hsl.broadcasts.messages import Broadcast, broadcast
from hsl.broadcasts.readers import reader
from hsl.broadcasts.shown import audience_of, external_who
from hsl.people.fields import line
from hsl.projections.fold import catch_up
from hsl.school.queries import stream_titles
from hsl.school.refusals import ConflictError

LARGEST_ID = 2**31 - 1


@require_safe
@never_cache
@needs(Permission.SEE_BROADCASTS)
def message(request: HttpRequest, message_id: int) -> HttpResponse:
    """A message: how it goes, how it looks, who followed its links."""
    catch_up()
    titles = stream_titles()
    history, ours = found(message_id)
    context: dict[str, object] = {
        "id": message_id,
        "line": line(history.message_text, ours=ours is not None),
        "history": history,
    }
    if ours is None:
        content = Content(text=history.message_text)
        context |= {"who": external_who(history, titles), "live": message_page.external(history)}
        context |= compose_page.phone(content, None)
    else:
        links = queries.clicked_links(message_id) if ours.content.tracked else []
        context |= {"message": ours, "who": audience_of(ours.audience, titles), "links": links}
        context |= {
            "live": message_page.live(ours),
            **compose_page.phone(ours.content, reader(ours.audience, None)),
        }
    return render(request, "broadcasts/message.html", context)


@require_safe
@never_cache
@needs(Permission.SEE_BROADCASTS)
def live(request: HttpRequest, message_id: int) -> HttpResponse:
    """The parts of the page that move."""
    history, ours = found(message_id)
    if ours is None:
        raise Http404
    context = {
        "id": message_id,
        "history": history,
        "message": ours,
        "who": audience_of(ours.audience, stream_titles()),
        "live": message_page.live(ours),
        "oob": True,
    }
    return render(request, "broadcasts/live.html", context)


def found(message_id: int) -> tuple[queries.External, Broadcast | None]:
    """The specification's row of a message, and ours; None for another program's."""
    history = queries.history(message_id) if message_id <= LARGEST_ID else None
    if history is None:
        raise Http404
    try:
        return history, broadcast(message_id)
    except ConflictError:
        return history, None


def ours_or_404(message_id: int) -> Broadcast:
    """Our message of this id. Raises Http404 where there is none, or it is another program's."""
    ours = found(message_id)[1]
    if ours is None:
        raise Http404
    return ours
