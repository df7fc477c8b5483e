"""Потоки: how the streams of the courses fill, and who is in them."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from hsl.accounts.access import needs
from hsl.accounts.permissions import Permission
from hsl.analytics import queries
from hsl.analytics.streams import stream_cards, stream_page, viewers_of
from hsl.projections.fold import catch_up
from hsl.projections.snapshot import one_snapshot
from hsl.projections.waiting import waiting
from hsl.school.queries import LARGEST_ID


@needs(Permission.SEE_NUMBERS)
@require_safe
def streams(request: HttpRequest) -> HttpResponse:
    """A card a stream."""
    catch_up()
    with one_snapshot():
        cards = stream_cards(queries.school_today())
        behind = waiting()
    context = {
        "cards": [card for card in cards if not card.stream.is_archived],
        "archived": [card for card in cards if card.stream.is_archived],
        "behind": behind,
    }
    return render(request, "analytics/streams_page.html", context)


@needs(Permission.SEE_NUMBERS)
@require_safe
def stream(request: HttpRequest, course_id: int, course_stream: str) -> HttpResponse:
    """One stream: its bookings, its people, how it filled."""
    _refuse_impossible(course_id, course_stream)
    catch_up()
    with one_snapshot():
        page = stream_page(course_id, course_stream, queries.school_today())
        behind = waiting()
    if page is None:
        raise Http404
    return render(request, "analytics/stream.html", {"page": page, "behind": behind})


@needs(Permission.SEE_NUMBERS)
@require_safe
def stream_viewers(request: HttpRequest, course_id: int, course_stream: str) -> HttpResponse:
    """How many saw the course's program while the stream was on sale and did not book: a part of its page."""
    _refuse_impossible(course_id, course_stream)
    with one_snapshot():
        page = stream_page(course_id, course_stream, queries.school_today())
        if page is None:
            raise Http404
        viewers = viewers_of(page)
    return render(request, "analytics/viewers.html", {"viewers": viewers})


def _refuse_impossible(course_id: int, course_stream: str) -> None:
    if course_id > LARGEST_ID or "\0" in course_stream:
        raise Http404
