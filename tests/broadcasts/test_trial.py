"""Who writes a message tries it on themselves; Telegram reads it, and gets its file, before anybody else does."""

import psycopg
import pytest
from django.conf import LazySettings
from django.test import Client

from hsl.accounts.models import Operator
from hsl.broadcasts import uploads
from hsl.projections.fold import fold
from tests import cast
from tests.api.test_answers import book
from tests.telegram.simulated import SimulatedTelegram

ME = 7


@pytest.fixture
def operator(school: psycopg.Connection, telegram: SimulatedTelegram, settings: LazySettings) -> Operator:
    """Whom the bot knows, and the school as a student."""
    settings.BOT_TOKEN, settings.TELEGRAM_API_URL = telegram.token, telegram.url
    book(school, ME, "3rd_stream", 2, first_name="<Анна>")
    fold(school)
    operator = cast.hire().manager
    operator.telegram_id = ME
    operator.save()
    return operator


def try_out(operator: Operator, **sent: str) -> str:
    client: Client = cast.signed_in(operator)
    answer = client.post("/broadcasts/new/try/", sent, headers={"Accept-Language": "en"})
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_message_is_in_their_telegram_as_others_will_see_it(
    operator: Operator, telegram: SimulatedTelegram
) -> None:
    said = try_out(operator, text="Привет, {first_name|друг}! {course_stream}", silent="on")

    assert "It is in your Telegram" in said
    assert telegram.texts(ME) == ["Привет, <Анна>! 3-й поток"]


def test_links_lead_straight_so_that_trying_counts_for_nobody(
    operator: Operator, telegram: SimulatedTelegram
) -> None:
    try_out(operator, text='<a href="https://a.example/x">x</a>', tracked="on")

    assert "https://a.example/x" in str(telegram.received(ME))


def test_a_file_is_brought_once(operator: Operator, telegram: SimulatedTelegram) -> None:
    upload = uploads.keep("document", "план.pdf", b"%PDF" * 1000)
    bot = int(telegram.token.partition(":")[0])
    sent = {"text": "План", "media_kind": "document", "media_upload": str(upload.pk)}
    for _time in range(2):
        assert "It is in your Telegram" in try_out(operator, **sent)

    assert uploads.file_id(upload.pk, bot)
    first, second = telegram.received(ME)
    assert str(first).count(uploads.file_id(upload.pk, bot)) == str(second).count(
        uploads.file_id(upload.pk, bot)
    )


def test_what_is_wrong_is_said_before_telegram_is_asked(
    operator: Operator, telegram: SimulatedTelegram
) -> None:
    assert "Unsupported start tag" in try_out(operator, text="<p>x</p>")
    assert telegram.texts() == []


def test_what_telegram_says_against_it_is_said_in_words(
    operator: Operator, telegram: SimulatedTelegram
) -> None:
    telegram.people(blocked=[ME])

    assert "The person has blocked the bot." in try_out(operator, text="x")


def test_an_operator_whom_the_bot_does_not_know_is_asked_who_they_are(operator: Operator) -> None:
    operator.telegram_id = None
    operator.save()

    said = try_out(operator, text="x")
    assert "The bot does not know you yet" in said
    assert 'href="/account/telegram/"' in said


def test_without_a_bot_nothing_is_tried(operator: Operator, settings: LazySettings) -> None:
    settings.BOT_TOKEN = ""

    assert "There is no bot to send with" in try_out(operator, text="x")
