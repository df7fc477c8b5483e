"""Who writes a message tries it on themselves; Telegram reads it, and gets its file, before anybody else does."""

import psycopg
import pytest
from django.conf import LazySettings
from django.test import Client

from hsl.accounts.models import Operator
from hsl.broadcasts import services, uploads
from hsl.broadcasts.audience import Audience
from hsl.broadcasts.content import Content
from hsl.broadcasts.services import Draft
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
    assert "Telegram knows no tag &lt;p&gt;" in try_out(operator, text="<p>x</p>")
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


def test_who_has_said_who_they_are_comes_back_to_their_message(operator: Operator) -> None:
    operator.telegram_id = None
    operator.save()
    client: Client = cast.signed_in(operator)
    draft = services.create(Draft(Content("x"), Audience(groups=("3rd_stream",))), actor=operator)
    trials = {
        f"/broadcasts/{draft}/edit/": ("/broadcasts/new/try/", {"text": "x", "message": str(draft)}),
        f"/broadcasts/{draft}/confirm/": (f"/broadcasts/{draft}/try/", {}),
    }

    for page, (trial, sent) in trials.items():
        said = client.post(trial, sent).content.decode()
        form = said.partition('<a href="')[2].partition('"')[0]
        assert f'<a class="btn" href="{page}">' in client.get(form).content.decode()
        answer = client.post(form, {"telegram_id": str(ME)}, follow=True, headers={"Accept-Language": "en"})
        assert answer.redirect_chain == [(page, 302)]
        assert "Saved" in answer.content.decode()
        client.post("/account/telegram/", {"telegram_id": ""})


def test_without_a_bot_nothing_is_tried(operator: Operator, settings: LazySettings) -> None:
    settings.BOT_TOKEN = ""

    assert "There is no bot to send with" in try_out(operator, text="x")
