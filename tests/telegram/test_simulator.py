"""The simulator is as strict as Telegram, or a sender that passes it would fail there."""

from typing import Any

import httpx
import pytest

from hsl.telegram.simulator.errors import ApiError
from hsl.telegram.simulator.limits import Limits
from hsl.telegram.simulator.settings import Settings
from tests.telegram.simulated import SimulatedTelegram


def call(telegram: SimulatedTelegram, method: str, token: str = SimulatedTelegram.token, **given: Any) -> Any:
    return httpx.post(f"{telegram.url}/bot{token}/{method}", json=given).json()


def words(telegram: SimulatedTelegram, method: str, **given: Any) -> str:
    answer = call(telegram, method, **given)
    assert answer["ok"] is False
    return str(answer["description"])


@pytest.mark.parametrize(
    ("given", "description"),
    [
        ({"text": "a"}, "Bad Request: chat_id is empty"),
        ({"chat_id": "@nobody", "text": "a"}, "Bad Request: chat not found"),
        ({"chat_id": 1}, "Bad Request: message text is empty"),
        ({"chat_id": 1, "text": " \n"}, "Bad Request: message text is empty"),
        ({"chat_id": 1, "text": "<b> </b>", "parse_mode": "HTML"}, "Bad Request: message text is empty"),
        ({"chat_id": 1, "text": "a" * 4097}, "Bad Request: message is too long"),
        ({"chat_id": 1, "text": "😀" * 2049}, "Bad Request: message is too long"),
        (
            {"chat_id": 1, "text": "я<p>", "parse_mode": "html"},
            'Bad Request: can\'t parse entities: Unsupported start tag "p" at byte offset 2',
        ),
        ({"chat_id": 1, "text": "a", "parse_mode": "Word"}, "Bad Request: unsupported parse_mode"),
        ({"chat_id": 7000000001, "text": "a"}, "Forbidden: the bot can't send messages to the bot"),
    ],
)
def test_a_message_that_telegram_refuses_is_refused_in_its_words(
    telegram: SimulatedTelegram, given: dict[str, Any], description: str
) -> None:
    assert words(telegram, "sendMessage", **given) == description
    assert telegram.received() == []


def test_formatting_does_not_count(telegram: SimulatedTelegram) -> None:
    assert call(telegram, "sendMessage", chat_id=1, text=f"<b>{'a' * 4096}</b>", parse_mode="HTML")["ok"]
    long = words(telegram, "sendPhoto", chat_id=1, photo="https://a.example/a.jpg", caption="a" * 1025)
    assert long == "Bad Request: message caption is too long"


@pytest.mark.parametrize(
    ("button", "description"),
    [
        (
            {"text": "a"},
            "Bad Request: can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
        ),
        (
            {"url": "https://a.example"},
            'Bad Request: can\'t parse inline keyboard button: Field "text" must be non-empty',
        ),
        (
            {"text": "a", "url": "http://[x"},
            "Bad Request: inline keyboard button URL 'http://[x' is invalid: Wrong HTTP URL",
        ),
        ({"text": "a", "url": "http://localhost/"}, "Bad Request: BUTTON_URL_INVALID"),
        ({"text": "a", "callback_data": "я" * 33}, "Bad Request: BUTTON_DATA_INVALID"),
    ],
)
def test_a_button_that_telegram_refuses_is_refused(
    telegram: SimulatedTelegram, button: dict[str, str], description: str
) -> None:
    markup = {"inline_keyboard": [[button]]}
    assert words(telegram, "sendMessage", chat_id=1, text="a", reply_markup=markup) == description


def test_more_than_a_hundred_buttons_are_too_many(telegram: SimulatedTelegram) -> None:
    rows = [[{"text": "a", "callback_data": "a"}] for _ in range(101)]
    said = words(telegram, "sendMessage", chat_id=1, text="a", reply_markup={"inline_keyboard": rows})
    assert said == "Bad Request: reply markup is too long"


def test_parameters_come_as_json_as_a_form_or_in_the_address(telegram: SimulatedTelegram) -> None:
    url = f"{telegram.url}/bot{telegram.token}/SENDmessage"
    httpx.post(url, json={"chat_id": 1, "text": "json"})
    httpx.post(url, data={"chat_id": 1, "text": "форма", "disable_notification": "true"})
    httpx.post(url, files={"chat_id": (None, "1"), "text": (None, "parts")})
    httpx.get(url, params={"chat_id": 1, "text": "address"})
    assert telegram.texts() == ["json", "форма", "parts", "address"]
    assert [message["message_id"] for message in telegram.received(1)] == [1, 2, 3, 4]
    assert [message["silent"] for message in telegram.received(1)] == [False, True, False, False]


def test_a_file_too_big_is_refused(telegram: SimulatedTelegram) -> None:
    url = f"{telegram.url}/bot{telegram.token}/sendPhoto"
    answer = httpx.post(
        url, data={"chat_id": 1}, files={"photo": ("a.jpg", b"x" * (10 * 1024**2 + 1))}
    ).json()
    assert answer["description"] == "Bad Request: file is too big"
    empty = httpx.post(url, data={"chat_id": 1}, files={"photo": ("a.jpg", b"")}).json()
    assert empty["description"] == "Bad Request: file must be non-empty"


def test_messages_are_deleted_a_hundred_at_once(telegram: SimulatedTelegram) -> None:
    for _ in range(3):
        call(telegram, "sendMessage", chat_id=1, text="a")
    assert call(telegram, "deleteMessages", chat_id=1, message_ids=[1, 3, 99]) == {"ok": True, "result": True}
    assert [bool(message["deleted_at"]) for message in telegram.received(1)] == [True, False, True]
    too_many = words(telegram, "deleteMessages", chat_id=1, message_ids=list(range(1, 102)))
    assert too_many == "Bad Request: too many message identifiers specified"


def test_a_webhook_excludes_asking_for_updates(telegram: SimulatedTelegram) -> None:
    assert call(telegram, "getUpdates") == {"ok": True, "result": []}
    assert "HTTPS" in words(telegram, "setWebhook", url="http://a.example")
    assert call(telegram, "setWebhook", url="https://a.example/hook")["ok"]
    assert call(telegram, "getWebhookInfo")["result"]["url"] == "https://a.example/hook"
    assert words(telegram, "getUpdates").startswith(
        "Conflict: can't use getUpdates method while webhook is active"
    )
    assert call(telegram, "deleteWebhook")["ok"]
    assert call(telegram, "getUpdates")["ok"]
    assert call(telegram, "answerCallbackQuery", callback_query_id="1")["ok"]


def test_what_is_no_method_or_no_token_is_not_found(telegram: SimulatedTelegram) -> None:
    assert call(telegram, "sendNothing")["error_code"] == 404
    assert call(telegram, "getMe", token="none")["error_code"] == 404
    assert httpx.get(f"{telegram.url}/").status_code == 404


class Clock:
    """Goes on when it is told to."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


def admitted(limits: Limits, settings: Settings, chats: range, *, paid: bool = False) -> int:
    """How many of the chats in a row get their message."""
    for number, chat in enumerate(chats):
        try:
            limits.admit(settings, chat, paid=paid)
        except ApiError:
            return number
    return len(chats)


def test_a_tenth_of_a_second_has_a_sixth_of_a_seconds_messages() -> None:
    clock = Clock()
    assert admitted(Limits(clock), Settings(), range(100)) == 5
    assert admitted(Limits(clock), Settings(), range(1000), paid=True) == 167


def test_no_second_has_more_than_thirty_messages() -> None:
    clock, sent = Clock(), 0
    limits = Limits(clock)
    for tenth in range(10):
        clock.now = 1000.0 + tenth * 0.11
        sent += admitted(limits, Settings(), range(sent, sent + 4))
    assert sent == 30


def test_thirty_a_second_evenly_never_meet_a_limit() -> None:
    clock = Clock()
    limits = Limits(clock)
    for number in range(3000):
        clock.now = 1000.0 + number / 29.99
        limits.admit(Settings(), number, paid=False)
    assert limits.throttled == 0


def test_one_chat_takes_three_at_once_and_then_one_a_second() -> None:
    clock = Clock()
    limits = Limits(clock)
    assert admitted(limits, Settings(), range(5, 6)) == 1
    limits.admit(Settings(), 5, paid=False)
    limits.admit(Settings(), 5, paid=False)
    with pytest.raises(ApiError) as caught:
        limits.admit(Settings(), 5, paid=False)
    assert caught.value.parameters == {"retry_after": 1}
    limits.admit(Settings(), 6, paid=False)  # others go on
    clock.now += 1.0
    limits.admit(Settings(), 5, paid=False)


def waits(limits: Limits, clock: Clock, settings: Settings) -> int:
    """What the first refusal asks for, once the limits are overrun."""
    for chat in range(100):
        try:
            limits.admit(settings, chat + int(clock.now * 1000), paid=False)
        except ApiError as error:
            return error.parameters["retry_after"]
    raise AssertionError("no limit")


def test_who_offends_again_waits_longer_and_is_forgiven_in_time() -> None:
    clock, settings = Clock(), Settings()
    limits = Limits(clock)
    asked = []
    for pause in (4, 8, 14, 200, 4):
        asked.append(waits(limits, clock, settings))
        clock.now += pause
    assert asked == [3, 6, 12, 24, 3]


def test_asking_during_the_wait_lengthens_it() -> None:
    clock, settings = Clock(), Settings(lengthening=1.0)
    limits = Limits(clock)
    assert waits(limits, clock, settings) == 3
    assert [waits(limits, clock, settings) for _ in range(3)] == [4, 5, 6]
    clock.now += 6.1
    limits.admit(settings, 1, paid=False)


def test_the_record_counts_what_was_received_and_refused(telegram: SimulatedTelegram) -> None:
    telegram.set(chat_burst=1, chat_per_second=0.001)
    for chat in (1, 2, 2, 3):
        call(telegram, "sendMessage", chat_id=chat, text=f"to {chat}")
    counts = telegram.counts()
    assert (counts["total"], counts["chats"], counts["throttled"]) == (3, 3, 1)
    assert counts["by_chat"] == {"1": 1, "2": 1, "3": 1}
    assert sum(counts["per_second"].values()) == 3
    assert counts["requests"] == {"sendmessage": 4}
    assert telegram.texts(3, 1) == ["to 1", "to 3"]
    assert [message["chat_id"] for message in telegram.received(since="1")] == [2, 3]
    assert [message["chat_id"] for message in telegram.received(last="1")] == [3]
    assert [message["chat_id"] for message in telegram.received(text="to 2")] == [2]


def test_faults_strike_by_rate_by_chat_by_method_and_so_often(telegram: SimulatedTelegram) -> None:
    telegram.faults(
        {"kind": "error", "chat_ids": [1], "times": 2}, {"kind": "throttle", "methods": ["getMe"]}
    )
    answers = [call(telegram, "sendMessage", chat_id=chat, text="a")["ok"] for chat in (1, 2, 1, 1)]
    assert answers == [False, True, False, True]
    assert call(telegram, "getMe")["error_code"] == 429
    assert [fault["hits"] for fault in telegram.ask("/__faults")["faults"]] == [2, 1]
    telegram.faults({"kind": "error", "rate": 0.3})
    struck = [call(telegram, "sendMessage", chat_id=chat, text="a")["ok"] for chat in range(10, 70)].count(
        False
    )
    assert 6 < struck < 32
    telegram.faults()
    assert call(telegram, "sendMessage", chat_id=1, text="a")["ok"]


def test_one_in_so_many_has_blocked_the_bot_always_the_same(telegram: SimulatedTelegram) -> None:
    telegram.set(blocked_one_in=10)
    first = [
        chat for chat in range(1, 101) if not call(telegram, "sendMessage", chat_id=chat, text="a")["ok"]
    ]
    telegram.reset()
    assert 2 < len(first) < 25
    assert not call(telegram, "sendMessage", chat_id=first[0], text="a")["ok"]
    telegram.people(reachable=first[:1])
    assert call(telegram, "sendMessage", chat_id=first[0], text="a")["ok"]


@pytest.mark.parametrize(
    ("path", "given"),
    [
        ("/__faults", [{"kind": "sneeze"}]),
        ("/__faults", [{"kind": "drop", "hits": 1}]),
        ("/__faults", [7]),
        ("/__faults", [{"kind": "drop", "chat_ids": 5}]),
        ("/__people", {"asleep": [1]}),
        ("/__people", {"blocked": 1}),
        ("/__settings", {"speed": 1}),
        ("/__settings", {"bot_per_second": "many"}),
        ("/__settings", {"bot_per_second": -1}),
        ("/__settings", {"bot_per_second": True}),
        ("/__received?since=now", None),
        ("/__nothing", None),
    ],
)
def test_what_makes_no_sense_is_refused_in_a_sentence(
    telegram: SimulatedTelegram, path: str, given: object
) -> None:
    before = telegram.ask("/__settings")
    assert telegram.ask(path, given)["error"]
    assert telegram.ask("/__settings") == before
