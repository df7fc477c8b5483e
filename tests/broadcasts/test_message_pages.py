"""The pages of messages: what each state shows and offers, and what is done there."""

import re
from html import unescape

import psycopg
import pytest
from django.conf import LazySettings
from django.test import Client
from django.utils import timezone

from hsl.accounts.models import AuditEntry, Operator
from hsl.broadcasts.audience import Audience
from hsl.projections.fold import fold
from tests import cast
from tests.broadcasts import messages_there as there
from tests.page_numbers import Numbers

MIXED = [(70, "sent", ""), (20, "failed", "blocked"), (8, "unknown", "timeout"), (12, "pending", "")]


@pytest.fixture
def browser(school: psycopg.Connection, settings: LazySettings) -> Client:
    """A manager's browser, in English, where there is a bot and a worker."""
    settings.BOT_TOKEN = f"{there.BOT}:secret"
    school.execute("INSERT INTO senders (host, pid) VALUES ('here', 1)")
    client = cast.signed_in(cast.hire().manager)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


def read(client: Client, url: str) -> str:
    answer = client.get(url)
    assert answer.status_code == 200, (url, answer.status_code)
    return answer.content.decode()


def words(page: str) -> str:
    """The text of a page's main part."""
    main = page.partition("<main")[2].partition("</main>")[0] or page
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", main)).split())


def status_of(school: psycopg.Connection, message_id: int) -> str:
    return str(
        school.execute("SELECT status FROM broadcasts WHERE message_id = %s", [message_id]).fetchall()[0][0]
    )


@pytest.mark.parametrize("status", ["sending", "sent", "paused", "cancelled"])
def test_every_number_of_a_message_leads_to_the_recipients_it_counts(
    school: psycopg.Connection, browser: Client, status: str
) -> None:
    message_id = there.message(school, MIXED, status=status)
    there.external(school, [(3, "sent", ""), (1, "failed", "")])
    school.execute("INSERT INTO links (message_id, url) VALUES (%s, 'https://a.ru')", [message_id])
    school.execute(
        "INSERT INTO clicks (link_id, user_id, times, first_at, last_at) SELECT id, 3, 5, now(), now() FROM links"
    )
    school.execute("UPDATE broadcasts SET content = jsonb_set(content, '{tracked}', 'true')")
    opened = 0
    for url in ("/broadcasts/", f"/broadcasts/{message_id}/", f"/broadcasts/{message_id + 1}/"):
        numbers = Numbers.of(read(browser, url))
        assert numbers.bare == []
        for door in numbers.doors:
            assert Numbers.of(read(browser, door.address)).total == door.count, (url, door)
            opened += 1
    assert opened > 12


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        ("operator", "paused by hand"),
        ("quiet", "quiet hours"),
        ("missed", "time passed"),
        ("nobody", "nobody was in its audience"),
        ("all_unreachable", "reach none of the first"),
        ("token", "does not accept the bot's token"),
        ("markup", "can't read the formatting"),
    ],
)
def test_a_pause_says_why_and_what_to_do(
    school: psycopg.Connection, browser: Client, reason: str, said: str
) -> None:
    message_id = there.message(
        school, MIXED, status="paused", paused_reason=reason, paused_words="Bad Request: no <b>"
    )
    page = words(read(browser, f"/broadcasts/{message_id}/"))

    assert said in page
    assert "Bad Request: no <b>" in page
    assert "Resume" in page


def test_only_what_moves_asks_again(school: psycopg.Connection, browser: Client) -> None:
    moving = there.message(school, MIXED, status="sending")
    ended = there.message(school, MIXED, status="sent")

    assert "every 2s" in read(browser, f"/broadcasts/{moving}/")
    assert "every 2s" in read(browser, f"/broadcasts/{moving}/live/")
    assert "every 2s" not in read(browser, f"/broadcasts/{ended}/")


def test_a_message_being_sent_says_how_fast_and_for_how_long_or_what_holds_it(
    school: psycopg.Connection, browser: Client, settings: LazySettings
) -> None:
    settings.SEND_RATE = 2.0
    message_id = there.message(school, MIXED, status="sending")
    assert "2 a second · about 6 s left" in words(read(browser, f"/broadcasts/{message_id}/"))

    school.execute("UPDATE senders SET stopped_at = now()")
    page = words(read(browser, f"/broadcasts/{message_id}/live/"))
    assert "No worker is sending" in page
    assert "a second" not in page


def test_what_telegram_says_against_the_formatting_is_told_in_the_operator_s_words(
    school: psycopg.Connection, browser: Client
) -> None:
    said = 'Bad Request: can\'t parse entities: Unsupported start tag "p" at byte offset 4'
    message_id = there.message(
        school, [(1, "failed", "markup")], status="paused", paused_reason="markup", paused_words=said
    )
    school.execute("UPDATE deliveries SET words = %s", [said])
    browser.defaults["HTTP_ACCEPT_LANGUAGE"] = "ru"

    for page in (f"/broadcasts/{message_id}/", f"/broadcasts/{message_id}/recipients/"):
        shown = words(read(browser, page))
        assert "Такого тега, как <p>, Telegram не знает (байт 4)." in shown
        assert "parse entities" not in shown


def test_a_message_of_another_bot_waits_for_its_token(school: psycopg.Connection, browser: Client) -> None:
    message_id = there.message(school, MIXED, status="sending", bot_id=99)
    assert "begun with another bot" in words(read(browser, f"/broadcasts/{message_id}/"))


def test_another_program_s_message_is_shown_and_can_t_be_touched(
    school: psycopg.Connection, browser: Client
) -> None:
    message_id = there.external(school, [(2, "sent", ""), (1, "pending", "")], text="Their <b>words</b>")
    page = read(browser, f"/broadcasts/{message_id}/")
    main = page.partition("<main")[2]

    assert "never touched" in words(page)
    assert "<form" not in main
    for act in ("pause", "resume", "cancel", "retry-failed", "recall", "delete", "unschedule"):
        assert browser.post(f"/broadcasts/{message_id}/{act}/").status_code in (404, 409)
    assert [
        row[0] for row in school.execute("SELECT delivery_status FROM message_recipients ORDER BY id")
    ] == [
        "sent",
        "sent",
        "pending",
    ]


def test_pausing_resuming_and_cancelling_twice_is_as_once(
    school: psycopg.Connection, browser: Client
) -> None:
    message_id = there.message(school, MIXED, status="sending")
    other = cast.signed_in(Operator.objects.get(role="owner"))
    for act, status in (("pause", "paused"), ("resume", "sending"), ("cancel", "cancelled")):
        for client in (browser, other):
            assert client.post(f"/broadcasts/{message_id}/{act}/").status_code == 302
            assert status_of(school, message_id) == status
        assert AuditEntry.objects.filter(act=f"broadcast.{act}").count() == 1
    assert browser.post(f"/broadcasts/{message_id}/resume/").status_code == 409


def test_what_can_t_be_undone_asks_first_with_its_number(school: psycopg.Connection, browser: Client) -> None:
    message_id = there.message(school, MIXED, status="paused")
    for act, number in {
        "cancel": 12,
        "retry-failed": 20,
        "resend-unknown": 8,
        "dismiss-unknown": 8,
        "recall": 70,
    }.items():
        assert f"{number} people" in words(read(browser, f"/broadcasts/{message_id}/{act}/")), act
    assert status_of(school, message_id) == "paused"


def test_the_unknown_are_sent_again_but_for_those_too_fresh(
    school: psycopg.Connection, browser: Client
) -> None:
    message_id = there.message(school, MIXED, status="sent")
    school.execute(
        "UPDATE deliveries SET settled_at = now() WHERE recipient_id IN"
        " (SELECT max(recipient_id) FROM deliveries WHERE reason = 'timeout')"
    )
    page = browser.post(f"/broadcasts/{message_id}/resend-unknown/", follow=True).content.decode()

    assert (
        "once more to 7 people. 1 became unknown only now" in words(page) or "once more to 7 people" in page
    )
    assert status_of(school, message_id) == "sending"


def test_a_record_is_deleted_by_who_types_its_number(school: psycopg.Connection, browser: Client) -> None:
    message_id = there.message(school, MIXED, status="sent")
    url = f"/broadcasts/{message_id}/delete/"

    assert "110 recipients" in words(read(browser, url))
    assert browser.post(url, {"number": message_id + 1}).status_code == 400
    assert status_of(school, message_id) == "sent"
    assert browser.post(url, {"number": f" {message_id} "}).status_code == 302
    assert school.execute("SELECT count(*) FROM message_recipients").fetchall() == [(0,)]


def test_a_scheduled_message_gets_another_time_or_is_a_draft_again(
    school: psycopg.Connection, browser: Client
) -> None:
    there.people(school, 3)
    fold(school)
    message_id = there.message(school, status="scheduled", scheduled_at="2099-01-01 12:00+00")
    url = f"/broadcasts/{message_id}/reschedule/"

    assert browser.post(url, {"at": "2020-01-01T10:00"}).status_code == 400
    assert browser.post(url, {"at": "soon"}).status_code == 400
    year = timezone.now().year
    too_far = browser.post(url, {"at": f"{year + 12}-05-05T15:00"})
    assert too_far.status_code == 400
    assert "This is more than ten years ahead" in too_far.content.decode()
    assert browser.post(url, {"at": f"{year + 1}-05-05T15:00"}).status_code == 302
    assert f"{year + 1}-05-05" in read(browser, f"/broadcasts/{message_id}/")
    assert browser.post(f"/broadcasts/{message_id}/unschedule/").status_code == 302
    assert status_of(school, message_id) == "draft"


def test_a_sent_message_is_edited_in_all_chats(school: psycopg.Connection, browser: Client) -> None:
    message_id = there.message(school, MIXED, status="cancelled")
    url = f"/broadcasts/{message_id}/edit-sent/"

    assert "Edit for 70 people" in words(read(browser, url))
    assert browser.post(url, {"text": "<b>broken"}).status_code == 400
    assert browser.post(url, {"text": "Better"}).status_code == 302
    page = read(browser, f"/broadcasts/{message_id}/")
    assert '<bdi class="text-break message-title">Better</bdi>' in page
    assert "It is under way" in words(page)
    numbers = Numbers.of(page)
    assert [door.count for door in numbers.doors if "act=" in door.address] == [70]
    assert browser.post(url, {"text": "Again"}).status_code == 409
    (act,) = re.findall(rf"/broadcasts/{message_id}/acts/(\d+)/stop/", page)
    assert browser.post(f"/broadcasts/{message_id}/acts/{act}/stop/").status_code == 302
    assert "It was stopped" in words(read(browser, f"/broadcasts/{message_id}/"))


def test_the_file_holds_the_recipients_of_the_filter_and_is_on_record(
    school: psycopg.Connection, browser: Client
) -> None:
    message_id = there.message(school, MIXED, status="sent")
    answer = browser.get(f"/broadcasts/{message_id}/recipients/export.csv?status=failed")
    lines = b"".join(answer).decode("utf-8-sig").splitlines()

    assert lines[0].startswith("user_id,username,first_name,delivery_status,reason")
    assert len(lines) == 21
    assert all("failed,blocked" in line for line in lines[1:])
    entry = AuditEntry.objects.get(act="recipients.export")
    assert entry.after == {"status": "failed", "broadcast": message_id, "rows": 20}


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ("status=rich", "Status"),
        ("group=nonsense%00", "Group"),
        ("group=nowhere", "Group"),
        ("from=yesterday", "From"),
        ("from=2026-02-02&to=2026-02-01", "From"),
        ("after=nonsense", "After"),
        ("q=%00", "Text of the message"),
    ],
)
def test_what_can_t_be_read_of_the_list_is_refused(browser: Client, query: str, named: str) -> None:
    answer = browser.get(f"/broadcasts/?{query}")
    assert answer.status_code == 400
    assert f"<strong>{named}:</strong>" in answer.content.decode()


def test_messages_to_a_group_that_is_there_no_more_are_found_by_its_name(
    school: psycopg.Connection, browser: Client
) -> None:
    there.message(school, [(1, "sent", "")], audience=Audience(groups=("1st_stream",)))
    theirs = there.external(school, [(1, "sent", "")])
    school.execute("UPDATE public.message_history SET recipient_group = 'hot' WHERE id = %s", [theirs])

    for group in ("1st_stream", "hot"):
        assert Numbers.of(read(browser, f"/broadcasts/?group={group}")).total == 1
    assert Numbers.of(read(browser, "/broadcasts/?group=5th_stream")).total == 0
    assert Numbers.of(read(browser, "/broadcasts/?group=one")).total == 0


@pytest.mark.parametrize(
    "query", ["status=rich", "clicked=x", "act=-1", "state=maybe", "after=nonsense", "q=%00", "reason=%00"]
)
def test_what_can_t_be_read_of_the_recipients_is_refused(
    school: psycopg.Connection, browser: Client, query: str
) -> None:
    message_id = there.message(school, MIXED, status="sent")
    assert browser.get(f"/broadcasts/{message_id}/recipients/?{query}").status_code == 400
    assert browser.get(f"/broadcasts/{message_id}/recipients/export.csv?{query}").status_code == 400


@pytest.mark.parametrize("message_id", [404, 2**31, 10**20])
def test_a_message_that_is_not_there_is_missing(browser: Client, message_id: int) -> None:
    for page in ("", "live/", "recipients/", "recipients/export.csv", "cancel/", "delete/", "edit-sent/"):
        assert browser.get(f"/broadcasts/{message_id}/{page}").status_code == 404, page
    for act in ("pause", "resume", "cancel", "unschedule", "recall", "delete", "acts/1/stop"):
        assert browser.post(f"/broadcasts/{message_id}/{act}/").status_code == 404, act


def test_an_analyst_sees_and_can_do_nothing(school: psycopg.Connection, browser: Client) -> None:
    message_id = there.message(school, MIXED, status="sending")
    analyst = cast.signed_in(Operator.objects.get(role="analyst"))

    page = read(analyst, f"/broadcasts/{message_id}/").partition("<main")[2]
    assert "<form" not in page
    assert "data-dialog" not in page
    assert analyst.post(f"/broadcasts/{message_id}/pause/").status_code == 403


def test_one_person_s_message_names_them(school: psycopg.Connection, browser: Client) -> None:
    there.people(school, 2)
    fold(school)
    message_id = there.message(school, [(1, "sent", "")], audience=Audience(people=(1,)))

    assert "Person 1" in read(browser, "/broadcasts/")
    assert "Person 1" in read(browser, f"/broadcasts/{message_id}/")


def test_an_empty_list_teaches(browser: Client) -> None:
    assert "Write the first message" in words(read(browser, "/broadcasts/"))


def test_a_message_is_called_as_it_is_read_of_whom_nothing_is_known_and_another_program_s_as_it_stands(
    school: psycopg.Connection, browser: Client
) -> None:
    text = "<b>Dear</b> {first_name|friend}, {{course_stream}} &lt;3"
    ours = there.message(school, [(1, "sent", "")], text=text)
    theirs = there.external(school, [(1, "sent", "")], text=text)

    for url in (f"/broadcasts/{ours}/", f"/broadcasts/{ours}/recipients/", f"/broadcasts/{ours}/delete/"):
        assert "Dear friend, {course_stream} <3" in words(read(browser, url))
    assert "Dear {first_name|friend}, {{course_stream}} <3" in words(
        read(browser, f"/broadcasts/{theirs}/recipients/")
    )
    rows = words(read(browser, "/broadcasts/"))
    assert "Dear friend, {course_stream} <3" in rows
    assert "Dear {first_name|friend}, {{course_stream}} <3" in rows


def test_a_cancelled_message_goes_to_nobody_again_while_people_are_left_who_would_get_it_too(
    school: psycopg.Connection, browser: Client
) -> None:
    with_left = there.message(school, MIXED, status="cancelled")
    whole = there.message(school, [(70, "sent", ""), (20, "failed", "blocked"), (8, "unknown", "timeout")])
    school.execute("UPDATE broadcasts SET status = 'cancelled'")

    for act in ("retry-failed", "resend-unknown"):
        assert f"/broadcasts/{with_left}/{act}/" not in read(browser, f"/broadcasts/{with_left}/")
        assert browser.post(f"/broadcasts/{with_left}/{act}/").status_code == 409
        assert status_of(school, with_left) == "cancelled"
        assert f"/broadcasts/{whole}/{act}/" in read(browser, f"/broadcasts/{whole}/")
    assert browser.post(f"/broadcasts/{whole}/retry-failed/").status_code == 302
    assert status_of(school, whole) == "sending"


def test_a_message_that_waits_out_the_quiet_hours_is_not_resumed_by_hand(
    school: psycopg.Connection, browser: Client
) -> None:
    message_id = there.message(school, status="paused", paused_reason="quiet")
    resume = f"/broadcasts/{message_id}/resume/"
    assert resume in read(browser, f"/broadcasts/{message_id}/")
    school.execute("UPDATE broadcasts SET resumes_at = now() + interval '1 hour'")
    page = read(browser, f"/broadcasts/{message_id}/")

    assert "It goes on by itself when they end." in words(page)
    assert resume not in page
    assert f"/broadcasts/{message_id}/cancel/" in page
