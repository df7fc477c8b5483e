"""A page of a list: its filters, its count, its paging, as the record of operators' acts has them."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from hsl.accounts.audit import record
from hsl.accounts.models import AuditEntry
from hsl.ui.keyset import PAGE
from tests import cast
from tests.statements import NOW_AND_THEN

pytestmark = pytest.mark.django_db

RECORD = "/settings/record/"


@pytest.fixture
def staff() -> cast.Cast:
    """The operators; their being hired stands on the record."""
    return cast.hire()


@pytest.fixture
def client(staff: cast.Cast) -> Client:
    """The owner's browser."""
    return cast.signed_in(staff.owner)


def text_of(client: Client, address: str, status: int = 200) -> str:
    """The page at ``address``, in English."""
    answer = client.get(address, headers={"Accept-Language": "en"})
    assert answer.status_code == status
    return answer.content.decode()


def subjects(page: str) -> list[str]:
    """What the rows of a page are about, in order."""
    return [f"{noun}:{number}" for noun, number in re.findall(r"<bdi>(operator|booking) (\d+)</bdi>", page)]


def way(page: str, rel: str) -> str:
    """The address of the page before (``prev``) or after (``next``); an empty text for none."""
    found = re.search(rf'rel="{rel}" href="([^"]+)"', page)
    return found[1].replace("&amp;", "&") if found else ""


def test_the_count_is_of_all_pages_and_the_rows_the_newest_first(client: Client, staff: cast.Cast) -> None:
    for number in range(PAGE):
        record(staff.owner, "booking.change", f"booking:{number}")
    page = text_of(client, RECORD)

    assert f'data-total="{PAGE + 4}"' in page
    assert f"{PAGE + 4} acts" in page
    assert subjects(page) == [f"booking:{number}" for number in reversed(range(PAGE))]


def test_further_and_back_show_each_row_once_and_a_reload_the_same(client: Client, staff: cast.Cast) -> None:
    for number in range(2 * PAGE):
        record(staff.owner, "booking.change", f"booking:{number}")
    first = text_of(client, RECORD)
    second = text_of(client, way(first, "next"))
    third = text_of(client, way(second, "next"))

    assert len({*subjects(first), *subjects(second), *subjects(third)}) == 2 * PAGE + 4
    assert subjects(text_of(client, way(third, "prev"))) == subjects(second)
    assert subjects(text_of(client, way(second, "prev"))) == subjects(first)
    assert not way(first, "prev")
    assert not way(third, "next")
    record(staff.owner, "booking.change", "booking:777")
    assert subjects(text_of(client, way(first, "next"))) == subjects(second)


def test_back_to_where_too_few_stand_is_the_first_page_whole(client: Client, staff: cast.Cast) -> None:
    for number in range(PAGE + 3):
        record(staff.owner, "booking.change", f"booking:{number}")
    further = way(text_of(client, RECORD), "next")
    back = way(text_of(client, further), "prev")
    AuditEntry.objects.filter(subject="booking:50").delete()

    page = text_of(client, back)
    assert len(subjects(page)) == PAGE
    assert not way(page, "prev")


def test_filters_narrow_and_are_cleared(client: Client, staff: cast.Cast) -> None:
    record(staff.manager, "booking.change", "booking:1")
    record(staff.owner, "booking.change", "booking:2")
    record(None, "booking.change", "booking:3")

    page = text_of(client, f"{RECORD}?who=operator:{staff.manager.pk}&act=booking.change")
    assert subjects(page) == ["booking:1"]
    assert "1 act<" in page
    assert f'href="{RECORD}">' in page  # the way to clear them
    assert subjects(text_of(client, f"{RECORD}?who=hsl&act=booking.change")) == ["booking:3"]


def test_a_filter_without_a_field_shows_as_a_chip_and_stays_with_other_choices(
    client: Client, staff: cast.Cast
) -> None:
    record(staff.owner, "booking.change", "booking:2")
    page = text_of(client, f"{RECORD}?subject=booking:2&act=booking.change")

    assert subjects(page).count("booking:2") >= 1
    assert f'class="list-chip-off" href="{RECORD}?act=booking.change"' in page
    assert '<input type="hidden" name="subject" value="booking:2"' in page


def test_days_are_those_of_the_school_s_zone_and_both_included(client: Client, staff: cast.Cast) -> None:
    midnight = datetime(2026, 3, 9, 21, tzinfo=UTC)  # 10 March in Moscow
    for subject, at in {
        "booking:1": midnight - timedelta(seconds=1),
        "booking:2": midnight,
        "booking:3": midnight + timedelta(days=1, seconds=-1),
        "booking:4": midnight + timedelta(days=1),
    }.items():
        entry = record(staff.owner, "booking.change", subject)
        AuditEntry.objects.filter(pk=entry.pk).update(at=at)

    assert subjects(text_of(client, f"{RECORD}?from=2026-03-10&to=2026-03-10")) == ["booking:3", "booking:2"]
    part_of_a_day = f"{RECORD}?from=2026-03-09T21:00Z&to=2026-03-10T21:00Z"
    assert subjects(text_of(client, part_of_a_day)) == ["booking:3", "booking:2"]
    assert 'type="text" name="from" value="2026-03-09T21:00Z"' in text_of(client, part_of_a_day)


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("who=operator:999999", "Who:"),
        ("act=nonsense", "What:"),
        ("from=yesterday", "From:"),
        ("to=2026-02-30", "To:"),
        ("to=9999-12-31", "To:"),
        ("to=2026-03-10T25:00Z", "To:"),
        ("from=2026-03-10T21:00&to=2026-03-11", "From:"),
        ("from=2026-02-02&to=2026-02-01", "From:"),
        ("from=2026-02-02T12:00Z&to=2026-02-01", "From:"),
        ("subject=%00", "On what:"),
        ("after=nonsense", "After:"),
        ("after=WyIyIl0", "After:"),
        ("before=W10", "Before:"),
        ("after=WzkyMjMzNzIwMzY4NTQ3NzU4MDhd", "After:"),
        ("after=%D0%B6", "After:"),
    ],
)
def test_what_can_t_be_read_is_refused_naming_the_field(client: Client, query: str, said: str) -> None:
    page = text_of(client, f"{RECORD}?{query}", status=400)

    assert f"<strong>{said}</strong>" in page
    assert not subjects(page)


def test_nothing_that_matches_is_said_with_the_way_back(client: Client) -> None:
    page = text_of(client, f"{RECORD}?subject=booking:5")

    assert 'data-total="0"' in page
    assert "Nothing matches" in page


def test_a_page_asks_few_questions_however_many_rows(
    client: Client, staff: cast.Cast, django_assert_max_num_queries: object
) -> None:
    for number in range(PAGE + 1):
        record(staff.owner, "booking.change", f"booking:{number}")
    with django_assert_max_num_queries(7 + NOW_AND_THEN):  # type: ignore[operator] # pytest-django gives no type
        client.get(RECORD)


def test_an_act_on_many_and_an_import_lead_to_their_pages(client: Client, staff: cast.Cast) -> None:
    move = record(staff.owner, "people.move", "people", after={"course_stream": "5th_stream", "people": 450})
    back = record(staff.owner, "people.undo", "people", undoes=move)
    record(staff.owner, "facts.import", "import:7", after={"kind": "bookings", "inserted": 3})
    page = client.get(RECORD, headers={"Accept-Language": "ru"}).content.decode()

    assert page.count(f'href="/people/moves/{move.pk}"') == 2
    assert f"/people/moves/{back.pk}" not in page
    assert 'href="/import/7/"' in page
    assert "<bdi>заявки</bdi>" in page
