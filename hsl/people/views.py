"""Pages about people, and the look-up of the top bar."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from hsl.accounts.access import needs
from hsl.accounts.permissions import Permission
from hsl.people import queries
from hsl.people.lookup import found_streams
from hsl.people.search import LONGEST, found_cards
from hsl.people.timeline import timeline
from hsl.projections.fold import catch_up
from hsl.projections.snapshot import one_snapshot
from hsl.ui.frame import found_places

SHOWN_BY_LOOKUP = 8


@needs(Permission.SEE_PEOPLE)
@require_safe
def lookup(request: HttpRequest) -> HttpResponse:
    """The people, streams and pages that the text in the top bar finds, as options of its list; nothing for no text."""
    q = request.GET.get("q", "")
    catch_up()
    too_long = len(q) > LONGEST
    asked = "" if too_long else q.strip()
    found = {
        "cards": found_cards(asked, SHOWN_BY_LOOKUP),
        "streams": found_streams(asked) if asked else [],
        "pages": found_places(request, asked) if asked else [],
    }
    return render(request, "people/lookup.html", {"q": asked, "too_long": too_long, **found})


@needs(Permission.SEE_PEOPLE)
@require_safe
def person(request: HttpRequest, user_id: int) -> HttpResponse:
    """A person: what is known, and their newest bookings, registrations and events."""
    if not queries.LEAST_ID <= user_id <= queries.LARGEST_ID:
        raise Http404
    catch_up()
    with one_snapshot():
        card = queries.card(user_id)
        if card is None:
            raise Http404
        story = timeline(user_id)
    context = {"card": card, "timeline": story.moments, "more": story.more}
    return render(request, "people/person.html", context)
