"""Every answer of Telegram has one meaning, and every meaning a sentence in Russian and in English."""

import pytest
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from hsl.telegram import outcomes
from hsl.telegram.outcomes import (
    BotWrong,
    Done,
    MessageWrong,
    Migrated,
    RecipientRejected,
    Refused,
    Unknown,
    Unreachable,
    Wait,
    classify,
    classify_act,
)

ANSWERS = [
    (403, "Forbidden: bot was blocked by the user", Unreachable, "blocked"),
    (403, "Forbidden: user is deactivated", Unreachable, "deactivated"),
    (403, "Forbidden: bot can't initiate conversation with a user", Unreachable, "never_started"),
    (400, "Bad Request: PEER_ID_INVALID", Unreachable, "never_started"),
    (400, "Bad Request: chat not found", Unreachable, "chat_not_found"),
    (400, "Bad Request: private chat not found", Unreachable, "chat_not_found"),
    (403, "Forbidden: the bot can't send messages to the bot", Unreachable, "bot_chat"),
    (403, "Forbidden: bot can't send messages to bots", Unreachable, "bot_chat"),
    (403, "Forbidden: bot was kicked from the supergroup chat", Unreachable, "not_member"),
    (403, "Forbidden: bot is not a member of the channel chat", Unreachable, "not_member"),
    (403, "Forbidden: the group chat was deleted", Unreachable, "not_member"),
    (
        400,
        'Bad Request: can\'t parse entities: Unsupported start tag "p" at byte offset 0',
        MessageWrong,
        "markup",
    ),
    (400, "Bad Request: message is too long", MessageWrong, "too_long"),
    (400, "Bad Request: message caption is too long", MessageWrong, "caption_too_long"),
    (400, "Bad Request: reply markup is too long", MessageWrong, "buttons_too_long"),
    (400, "Bad Request: message text is empty", MessageWrong, "empty"),
    (400, "Bad Request: BUTTON_URL_INVALID", MessageWrong, "button_url"),
    (
        400,
        "Bad Request: inline keyboard button URL 'x' is invalid: Wrong HTTP URL",
        MessageWrong,
        "button_url",
    ),
    (400, "Bad Request: BUTTON_DATA_INVALID", MessageWrong, "button_data"),
    (400, "Bad Request: wrong file identifier/HTTP URL specified", MessageWrong, "file"),
    (400, "Bad Request: wrong type of the web page content", MessageWrong, "web_page"),
    (413, "Request Entity Too Large", MessageWrong, "file_too_big"),
    (401, "Unauthorized", BotWrong, "token"),
    (404, "Not Found", BotWrong, "token"),
    (421, "Misdirected Request", BotWrong, "moved"),
    (302, "", BotWrong, "address"),
    (500, "Internal Server Error", Unknown, "server_error"),
    (500, "Internal Server Error: restart", Unknown, "server_error"),
    (502, "Bad Gateway", Unknown, "server_error"),
    (504, "", Unknown, "server_error"),
    (408, "", Unknown, "server_error"),
    (200, "", Unknown, "unreadable_answer"),
    (400, "Bad Request: something new", RecipientRejected, "rejected"),
    (403, "Forbidden: not enough rights to send text messages to the chat", RecipientRejected, "rejected"),
    (409, "Conflict", RecipientRejected, "rejected"),
]


@pytest.mark.parametrize(("status", "description", "outcome", "reason"), ANSWERS)
def test_an_answer_means(status: int, description: str, outcome: type, reason: str) -> None:
    for words in (description, description.upper(), description.lower()):
        found = classify(status, words, {})
        assert (type(found), found.reason) == (outcome, reason)


def test_an_outcome_keeps_telegrams_words_in_bounds() -> None:
    assert classify(400, "Bad Request: something new", {}) == RecipientRejected(
        "rejected", "Bad Request: something new"
    )
    assert classify(502, "", {}) == Unknown("server_error", "502 Bad Gateway")
    assert classify(599, "", {}) == Unknown("server_error", "599")
    assert len(classify(400, "x" * 10_000, {}).words) == outcomes.MAX_WORDS


@pytest.mark.parametrize(
    ("description", "parameters", "seconds"),
    [
        ("Too Many Requests: retry after 5", {"retry_after": 5}, 5.0),
        ("Too Many Requests: retry after 10072", {}, 10072.0),
        ("Too Many Requests", {}, 1.0),
        ("Too Many Requests: retry after 7", {"retry_after": "soon"}, 7.0),
        ("Too Many Requests: retry after 0", {"retry_after": 0}, 1.0),
    ],
)
def test_a_wait_is_as_long_as_telegram_says(
    description: str, parameters: dict[str, object], seconds: float
) -> None:
    assert classify(429, description, parameters) == Wait(seconds, "throttled", description)


def test_a_group_that_became_a_supergroup_is_written_to_under_its_new_id() -> None:
    words = "Bad Request: group chat was upgraded to a supergroup chat"
    assert classify(400, words, {"migrate_to_chat_id": -1001}) == Migrated(-1001, words=words)


def test_an_edit_or_a_deletion_that_has_nothing_left_to_do_is_done() -> None:
    assert classify_act(400, "Bad Request: message is not modified: …", {}) == Done("not_modified")
    assert classify_act(400, "Bad Request: message to edit not found", {}) == Done("gone")
    assert classify_act(400, "Bad Request: message to delete not found", {}) == Done("gone")


def test_what_telegram_does_not_let_be_edited_or_deleted_is_refused_in_its_words() -> None:
    late = "Bad Request: message can't be deleted for everyone"
    assert classify_act(400, late, {}) == Refused("too_old", late)
    fixed = "Bad Request: message can't be edited"
    assert classify_act(400, fixed, {}) == Refused("not_editable", fixed)


def test_other_answers_to_an_act_mean_what_they_mean_for_a_message() -> None:
    assert classify_act(401, "Unauthorized", {}) == BotWrong("token", "Unauthorized")
    assert classify_act(403, "Forbidden: bot was blocked by the user", {}).reason == "blocked"


@given(
    status=st.integers(200, 599),
    description=st.text(max_size=200),
    parameters=st.dictionaries(
        st.sampled_from(["retry_after", "migrate_to_chat_id"]), st.integers() | st.text() | st.none()
    ),
)
def test_no_answer_is_without_a_meaning_and_a_sentence(
    status: int, description: str, parameters: dict[str, object]
) -> None:
    assert classify(status, description, parameters).reason in outcomes.REASONS
    assert classify_act(status, description, parameters).reason in outcomes.REASONS


@pytest.mark.parametrize("reason", sorted(outcomes.REASONS))
def test_each_reason_has_a_sentence_in_both_languages(reason: str) -> None:
    with override("en"):
        english = str(outcomes.sentence(reason))
    with override("ru"):
        russian = str(outcomes.sentence(reason))
    assert english.endswith(".")
    assert russian.endswith(".")
    assert english != russian


def test_a_reason_of_a_newer_version_speaks_for_itself() -> None:
    assert outcomes.sentence("from_the_future") == "from_the_future"
