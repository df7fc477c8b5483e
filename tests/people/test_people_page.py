"""The list of people: tabs, filters, count, paging, what is done with those chosen, and the file."""

import html
import re
from collections.abc import Callable

import psycopg
import pytest
from django.conf import LazySettings
from django.test import Client

from hsl.people import listing
from hsl.projections.fold import fold
from tests import cast
from tests.api.test_answers import book
from tests.people import schools


@pytest.fixture
def browser(school: psycopg.Connection) -> Client:
    """A manager's browser, in English."""
    client = cast.signed_in(cast.hire().manager)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


def people_of(page: str) -> list[int]:
    """The people whom a page shows, in order."""
    return [int(user_id) for user_id in re.findall(r'<a href="/people/(-?\d+)"><bdi>', page)]


def total_of(page: str) -> int:
    """The count that a page shows."""
    return int(re.findall(r'data-total="(\d+)"', page)[0])


@pytest.fixture
def our_bot(settings: LazySettings) -> None:
    """There is a bot that writes to people."""
    settings.BOT_TOKEN = schools.BOT_TOKEN


@pytest.mark.usefixtures("our_bot")
def test_each_tab_leads_to_as_many_people_as_it_says(school: psycopg.Connection, browser: Client) -> None:
    schools.fill(school, 3, people=40)
    school.execute(schools.LOST)
    page = browser.get("/people/").content.decode()
    tabs = re.findall(r'class="people-tab" href="([^"]+)" data-count="(\d+)"', page)

    assert len(tabs) == 3 + len(schools.STREAMS)
    assert int(tabs[-1][1]) > 0
    for address, number in tabs:
        behind = browser.get(html.unescape(address)).content.decode()
        assert (total_of(behind), len(people_of(behind))) == (int(number), min(int(number), 50))
        current = re.findall(r'class="people-tab" href="([^"]+)"[^>]* aria-current="true"', behind)
        assert current == [address]


@pytest.mark.usefixtures("our_bot")
def test_whom_the_bot_does_not_reach_can_be_exported_and_written_to_in_vain(
    school: psycopg.Connection, browser: Client
) -> None:
    for user_id in (1, 2, 3, 6):
        book(school, user_id, "3rd_stream" if user_id < 6 else "4th_stream", 2)
    fold(school)
    school.execute(schools.LOST)

    page = browser.get("/people/?reachable=no").content.decode()
    assert people_of(page) == [6, 3]
    assert "Broadcasts leave them out until they come back to the bot" in page
    assert people_of(browser.get("/people/?reachable=no&group=3rd_stream").content.decode()) == [3]
    everybody_else = browser.get("/people/?reachable=yes&sort=name").content.decode()
    assert sorted(people_of(everybody_else)) == [1, 2]
    assert "Broadcasts leave them out" not in everybody_else
    file = browser.get("/people/export.csv?reachable=no")
    lines = b"".join(file.streaming_content).decode("utf-8-sig").splitlines()  # type: ignore[attr-defined] # it is streamed
    assert [line.split(",")[0] for line in lines] == ["user_id", "6", "3"]
    assert "/broadcasts/new/?filters=reachable%3Dno" in page
    told = browser.post("/broadcasts/new/tell/", {"filters": "reachable=no"}).content.decode()
    assert "0 people will get it" in told
    assert "2 people are left out: the bot does not reach them" in told


@pytest.mark.usefixtures("our_bot")
def test_the_tab_of_whom_the_bot_does_not_reach_opens_no_panel_of_filters(
    school: psycopg.Connection, browser: Client
) -> None:
    for user_id, stream in ((3, "3rd_stream"), (4, "3rd_stream"), (6, "4th_stream")):
        book(school, user_id, stream, 2)
    fold(school)
    school.execute(schools.LOST)

    def panel(query: str) -> str:
        page = browser.get(f"/people/?{query}").content.decode()
        return page.partition('<details class="filters-folded"')[2].partition("</details>")[0]

    assert panel("reachable=no").startswith(">")
    assert "The bot reaches them" not in panel("reachable=no")
    kept = re.findall(
        r'<input type="hidden" name="(\w+)" value="(\w+)"',
        browser.get("/people/?reachable=no").content.decode(),
    )
    assert ("reachable", "no") in kept
    assert panel("reachable=no&email=yes").startswith(" open>")
    assert panel("reachable=no&group=3rd_stream").startswith(" open>")
    assert "The bot reaches them" in panel("reachable=no&group=3rd_stream")


@pytest.mark.usefixtures("our_bot")
def test_where_the_bot_reaches_everybody_its_tab_says_so(school: psycopg.Connection, browser: Client) -> None:
    book(school, 1, "3rd_stream", 2)
    fold(school)

    for language, everybody, nothing in (
        ("en", "The bot reaches everybody", "Nothing matches"),
        ("ru", "Бот достаёт до всех", "Ничего не нашлось"),
    ):
        browser.defaults["HTTP_ACCEPT_LANGUAGE"] = language
        page = browser.get("/people/?reachable=no").content.decode()
        assert everybody in page
        assert nothing not in page
        narrowed = browser.get("/people/?reachable=no&q=anna").content.decode()
        assert nothing in narrowed
        assert everybody not in narrowed


def test_streams_are_called_by_their_titles(school: psycopg.Connection, browser: Client) -> None:
    book(school, 1, "3rd_stream", 2, first_name="Anna")
    fold(school)

    row = browser.get("/people/").content.decode().partition("<tbody>")[2]
    assert "3-й поток" in row
    assert "3rd_stream" not in row


def test_paging_goes_there_and_back_and_keeps_the_filters(
    school: psycopg.Connection, browser: Client
) -> None:
    for user_id in range(1, 121):
        schools.add_person(school, user_id, f"user{user_id:03}", None)
    fold(school)
    seen: list[int] = []
    address, pages = "/people/?sort=name&username=yes", []
    while address:
        page = browser.get(address).content.decode()
        pages.append(people_of(page))
        seen += pages[-1]
        assert "people/count?" in page or total_of(page) == 120
        address = html.unescape(page.partition('rel="next" href="')[2].partition('"')[0])
        back = html.unescape(page.partition('rel="prev" href="')[2].partition('"')[0])
        if back:
            assert people_of(browser.get(back).content.decode()) == pages[-2]

    assert seen == list(range(1, 121))


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ("group=nonsense", "Group"),
        ("status=rich", "Status"),
        ("stream=6th_stream", "Stream"),
        ("first_from=yesterday", "First seen from"),
        ("seen_from=2026-02-02&seen_to=2026-02-01", "Last seen from"),
        ("came=yes", "Came to it"),
        ("reachable=maybe", "The bot reaches them"),
        ("viewed=x", "Looked at the program"),
        ("course=x", "Course"),
        ("after=nonsense", "After"),
        ("q=%00", "Name, @username, id, email"),
        ("sort=age", "Sort"),
    ],
)
def test_what_can_t_be_read_is_refused_naming_the_field(browser: Client, query: str, named: str) -> None:
    answer = browser.get(f"/people/?{query}")

    assert answer.status_code == 400
    assert f"<strong>{named}:</strong>" in answer.content.decode()
    export = browser.get(f"/people/export.csv?{query}")
    assert (export.status_code, export["Content-Type"]) == (400, "text/plain; charset=utf-8")
    if not query.startswith("after"):
        assert (
            browser.post(
                "/people/move", {"everyone": "yes", "query": query, "stream": "3rd_stream"}
            ).status_code
            == 422
        )


def test_what_takes_long_loads_itself_into_the_page(
    school: psycopg.Connection, browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    schools.fill(school, 3, people=90)
    monkeypatch.setattr(listing, "_LONGEST_WALK", 3)
    monkeypatch.setattr(listing, "_LONGEST_TAKING", 0)
    page = browser.get("/people/?username=yes&email=yes").content.decode()
    later = html.unescape(page.partition('hx-get="/people/whole')[2].partition('"')[0])

    assert not people_of(page)
    whole = browser.get(f"/people/whole{later}").content.decode()
    assert (total_of(whole), len(people_of(whole))) == (65, 50)
    assert 'action="/people/"' in whole


def test_a_count_that_takes_long_comes_after_the_rows(
    school: psycopg.Connection, browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    schools.fill(school, 3)
    monkeypatch.setattr(listing, "_TAKING", 10_000)
    page = browser.get("/people/?username=yes&status=student").content.decode()
    later = html.unescape(page.partition('hx-get="/people/count')[2].partition('"')[0])

    assert total_of(browser.get(f"/people/count{later}").content.decode()) == len(people_of(page))


def test_a_few_are_moved_at_once_and_taken_back(school: psycopg.Connection, browser: Client) -> None:
    for user_id in (1, 2, 3):
        book(school, user_id, "3rd_stream", 2)
    fold(school)
    sent = {"person": ["1", "2"], "stream": "5th_stream", "next": "/people/?group=3rd_stream"}
    page = browser.post("/people/move", sent, follow=True).content.decode()

    assert people_of(page) == [3]
    assert "Moved to 5-й поток: 2 people" in page
    undo = page.partition('action="/people/moves/')[2].partition('"')[0]
    page = browser.post(
        f"/people/moves/{undo}", {"next": "/people/?group=3rd_stream"}, follow=True
    ).content.decode()
    assert sorted(people_of(page)) == [1, 2, 3]
    assert browser.post(f"/people/moves/{undo}").status_code == 409


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"person": "x"},
        {"person": str(2**63)},
        {"person": "1", "stream": "6th_stream"},
        {"everyone": "yes"},
    ],
)
def test_a_move_that_says_nobody_or_no_stream_is_refused(browser: Client, sent: dict[str, str]) -> None:
    answer = browser.post("/people/move", sent)

    assert answer.status_code == 422
    assert "Nothing was changed" in answer.content.decode()


def test_the_file_holds_those_of_the_list_in_its_order(
    school: psycopg.Connection, browser: Client, django_assert_max_num_queries: Callable[[int], object]
) -> None:
    schools.add_person(school, 1, "b", "=1+1")
    schools.add_person(school, 2, "a", None)
    schools.add_person(school, 3, None, "c")
    fold(school)
    answer = browser.get("/people/export.csv?username=yes&sort=-name")
    lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()  # type: ignore[attr-defined] # it is streamed

    assert [line.split(",")[0] for line in lines] == ["user_id", "2", "1"]
    assert "'=1+1" in lines[2]
    chosen = browser.post("/people/export.csv", {"person": ["3"]})
    assert b"\r\n3," in b"".join(chosen.streaming_content)  # type: ignore[attr-defined] # it is streamed


def test_the_list_asks_few_questions_however_many_people(
    school: psycopg.Connection, browser: Client, django_assert_max_num_queries: Callable[[int], object]
) -> None:
    schools.fill(school, 3, people=70)
    with django_assert_max_num_queries(25):  # type: ignore[attr-defined] # pytest-django gives no type
        browser.get("/people/?status=student&q=a&first_from=2020-01-01")


def test_an_analyst_sees_and_changes_nothing(school: psycopg.Connection) -> None:
    schools.fill(school, 3)
    client = cast.signed_in(cast.hire().analyst)
    page = client.get("/people/").content.decode()

    assert people_of(page)
    assert "selection" not in page.partition("<main")[2].partition("</main")[0]
    assert "export.csv" not in page
