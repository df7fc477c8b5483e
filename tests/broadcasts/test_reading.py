"""Reading messages: the list, the counts, the recipients page by page."""

from datetime import UTC, datetime

import psycopg
import pytest
from django.conf import LazySettings

from hsl.broadcasts import queries, recipients
from hsl.broadcasts.audience import Audience
from hsl.broadcasts.bot_health import Hold, bot
from hsl.broadcasts.queries import Wanted
from hsl.broadcasts.recipients import Asked, Recipients
from hsl.projections.fold import fold
from hsl.ui.keyset import Cursor
from tests.broadcasts import messages_there as there

MIXED = [(70, "sent", ""), (20, "failed", "blocked"), (9, "failed", "deactivated"), (8, "unknown", "timeout")]
LEFT = [(3, "sending", ""), (60, "pending", "")]
FILTERS = [
    Asked(),
    Asked(status="sent"),
    Asked(status="failed"),
    Asked(status="failed", reason="deactivated"),
    Asked(status="unknown"),
    Asked(status="left"),
    Asked(status="deleted"),
]


def expected(asked: Asked) -> list[int]:
    """The ids of the people of ``MIXED`` and ``LEFT`` who are asked for, in order."""
    found: list[int] = []
    person = 0
    for count, state, reason in [*MIXED, *LEFT]:
        fits = asked.status is None or state in recipients.STATES[asked.status]
        if fits and asked.reason in (None, reason):
            found += range(person + 1, person + count + 1)
        person += count
    return found


def walked(found: Recipients) -> list[int]:
    """The people of all pages, forward."""
    people, cursor = [], None
    while True:
        page = found.page(cursor)
        people += [recipient.user_id for recipient in page.rows]
        if page.older is None:
            return people
        cursor = page.older


@pytest.mark.parametrize("few", [0, 1000])
@pytest.mark.parametrize("asked", FILTERS)
def test_the_recipients_of_a_state_are_all_on_the_pages_and_counted(
    school: psycopg.Connection, monkeypatch: pytest.MonkeyPatch, asked: Asked, few: int
) -> None:
    monkeypatch.setattr(recipients, "FEW", few)
    there.message(school, [(30, "sent", "")])
    message_id = there.message(school, [*MIXED, *LEFT], status="sending")
    there.message(school, [(30, "failed", "blocked")])
    found = Recipients(message_id, asked, queries.counts([message_id])[message_id], ours=True)

    assert walked(found) == expected(asked)
    assert found.count() == len(expected(asked))
    assert [one.user_id for one in found.all()] == expected(asked)


def test_those_left_are_found_ahead_of_the_mark_put_back_behind_it_and_on_their_way(
    school: psycopg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recipients, "FEW", 0)
    message_id = there.message(
        school, [(4, "sent", ""), (2, "pending", ""), (2, "sending", ""), (5, "pending", "")]
    )
    school.execute("UPDATE broadcasts SET mark = first_recipient + 7, status = 'sending'")
    school.execute(
        "INSERT INTO deliveries (recipient_id, message_id, token, sender, claimed_at, not_before)"
        " SELECT id, message_id, 1, 1, now(), now() FROM message_recipients WHERE user_id IN (5, 6)"
    )
    found = Recipients(message_id, Asked(status="left"), queries.counts([message_id])[message_id], ours=True)

    assert walked(found) == [5, 6, 7, 8, 9, 10, 11, 12, 13]
    assert found.count() == 9


def test_paging_back_gives_the_page_before(school: psycopg.Connection) -> None:
    message_id = there.message(school, [(120, "sent", "")])
    found = Recipients(message_id, Asked(), queries.counts([message_id])[message_id], ours=True)
    second = found.page(found.page(None).older)
    assert second.newer is not None

    assert found.page(Cursor(second.newer.keys, backwards=True)) == found.page(None)


def test_recipients_are_found_by_name_and_by_id_also_whom_no_fact_knows(school: psycopg.Connection) -> None:
    there.people(school, 20)
    fold(school)
    message_id = there.message(school, [(25, "sent", "")])
    counts = queries.counts([message_id])[message_id]

    def asked(q: str, status: str | None = None) -> list[int]:
        found = Recipients(message_id, Asked(q=q, status=status), counts, ours=True)
        assert found.count() == len(walked(found))
        return walked(found)

    assert asked("user7") == [7]
    assert asked("person 1") == [1, *range(10, 20)]
    assert asked("25") == [25]
    assert asked("user7", status="failed") == []


def test_another_program_s_message_is_counted_by_its_rows(school: psycopg.Connection) -> None:
    message_id = there.external(school, [(5, "sent", ""), (2, "failed", ""), (3, "pending", "")])
    school.execute(
        "INSERT INTO public.message_recipients (message_id, user_id) VALUES (%s, 99)", [message_id]
    )
    counts = queries.counts([], [message_id])[message_id]

    assert (counts.sent, counts.failed, counts.left, counts.total) == (5, 2, 4, 11)
    for status in ("", "sent", "failed", "left"):
        found = Recipients(message_id, Asked(status=status or None), counts, ours=False)
        assert len(walked(found)) == found.count() == counts.of(status)


def test_a_link_s_followers_are_those_of_the_recipients_who_followed_it(school: psycopg.Connection) -> None:
    message_id = there.message(school, [(5, "sent", "")])
    school.execute(
        "INSERT INTO links (message_id, url) VALUES (%s, 'https://a.ru'), (%s, 'https://b.ru')",
        [message_id] * 2,
    )
    school.execute(
        "INSERT INTO clicks (link_id, user_id, times, first_at, last_at)"
        " SELECT l.id, u, 2, now(), now() FROM links l, unnest(ARRAY[1, 2, 77]) AS u WHERE l.url = 'https://a.ru'"
    )
    first, second = queries.clicked_links(message_id)

    assert (first.people, first.times, second.people) == (2, 4, 0)
    assert queries.clicked([message_id]) == {message_id: 2}
    counts = queries.counts([message_id])[message_id]
    for asked in (Asked(clicked=first.id), Asked(clicked=0)):
        found = Recipients(message_id, asked, counts, ours=True)
        assert walked(found) == [1, 2]
        assert found.count() == 2
    assert walked(Recipients(message_id, Asked(clicked=second.id), counts, ours=True)) == []


def test_the_list_holds_our_messages_and_other_programs_the_newest_first(school: psycopg.Connection) -> None:
    draft = there.message(school, status="draft", text="A draft")
    theirs = there.external(school, [(2, "sent", "")], text="From the old dashboard")
    one = there.message(school, [(1, "sent", "")], audience=Audience(people=(1,)), text="Привет, <b>Анна</b>")
    school.execute("UPDATE public.message_history SET recipient_group = '3rd_stream' WHERE id = %s", [theirs])
    grouped = there.message(school, [(1, "sent", "")], audience=Audience(groups=("3rd_stream",)))

    def ids(**asked: object) -> list[int]:
        wanted = Wanted(**asked)  # type: ignore[arg-type] # as the tests below give them
        found = [message.id for message in queries.listed(wanted, None).rows]
        assert queries.count(wanted) == len(found)
        return found

    assert ids() == [grouped, one, theirs, draft]
    assert ids(status="external") == [theirs]
    assert ids(status="draft") == [draft]
    assert ids(group="3rd_stream") == [grouped, theirs]
    assert ids(one=True) == [one]
    assert ids(q="ПРИВЕТ, <b>") == [one]
    assert ids(since=datetime(2100, 1, 1, tzinfo=UTC)) == []
    assert ids(until=datetime(2100, 1, 1, tzinfo=UTC)) == [grouped, one, theirs, draft]


def test_what_holds_the_bot_is_told(
    school: psycopg.Connection, settings: LazySettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.BOT_TOKEN = ""
    assert bot().hold is Hold.NO_BOT
    settings.BOT_TOKEN = f"{there.BOT}:secret"
    assert bot().hold is Hold.NO_WORKER
    school.execute("INSERT INTO senders (host, pid) VALUES ('here', 1)")
    assert bot().hold is None
    school.execute("INSERT INTO bots (bot_id, probing_since) VALUES (%s, now())", [there.BOT])
    assert bot().hold is Hold.PROBING
    school.execute("UPDATE bots SET held_until = now() + interval '1 minute'")
    assert bot().hold is Hold.HELD
    school.execute("UPDATE bots SET wrong = 'Unauthorized'")
    assert bot().hold is Hold.WRONG


def test_the_time_left_counts_the_messages_that_share_the_rate(
    school: psycopg.Connection, settings: LazySettings
) -> None:
    settings.BOT_TOKEN, settings.SEND_RATE = f"{there.BOT}:secret", 30.0
    there.message(school, [(60, "pending", "")], status="sending")
    assert bot().seconds(60) == 2
    there.message(school, [(60, "pending", "")], status="sending")
    assert bot().seconds(60) == 4
    assert bot().seconds(60, individual=True) == 2
