"""The look-up finds streams, by what people and what bookings call them."""

import pytest
from django.http import HttpRequest, HttpResponse
from django.urls import path

from hsl.accounts.audit import COMMAND_LINE
from hsl.people.lookup import SHOWN, found_streams
from hsl.school.streams import StreamDetails, add_course, add_stream, archive_stream

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]


def page(request: HttpRequest, course_id: int, course_stream: str) -> HttpResponse:
    """A stream's page stands in for itself."""
    return HttpResponse(f"{course_id} {course_stream}")


urlpatterns = [path("streams/<int:course_id>/<path:course_stream>/", page, name="stream")]


@pytest.mark.parametrize("text", ["ОСЕН", "осень/2026", "дизайн"])
def test_a_stream_is_found_by_its_title_its_name_in_bookings_and_its_course(text: str) -> None:
    course = add_course("Вайб Дизайн", actor=COMMAND_LINE)
    add_stream(course.id, "Осень/2026", StreamDetails(title="Осенний"), actor=COMMAND_LINE)

    (found,) = found_streams(text)
    assert (found.name, found.course) == ("Осенний", "Вайб Дизайн")
    assert found.url.startswith("/streams/2/")


def test_those_on_offer_come_before_the_archived_and_few_are_shown() -> None:
    old = add_stream(1, "осень 0", actor=COMMAND_LINE)
    archive_stream(old.pk, actor=COMMAND_LINE)
    for number in range(1, SHOWN):
        add_stream(1, f"осень {number}", actor=COMMAND_LINE)
    assert [stream.name for stream in found_streams("осень")] == [f"осень {n}" for n in (1, 2, 3, 4, 0)]

    add_stream(1, "осень 9", actor=COMMAND_LINE)
    assert "осень 0" not in [stream.name for stream in found_streams("осень")]


def test_what_no_stream_is_called_finds_none() -> None:
    assert found_streams("zzz") == []
