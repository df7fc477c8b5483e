"""Messages over the API: sent once, watched, paused, sent again, deleted."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psycopg
import pytest
from django.test import Client
from django.utils import timezone

from hsl.accounts.api_keys import create_api_key
from hsl.accounts.permissions import Role
from hsl.broadcasts import services
from hsl.broadcasts.audience import Audience
from hsl.projections.fold import fold
from tests.api.conftest import Program
from tests.broadcasts import messages_there as there
from tests.elsewhere import elsewhere

HELLO = {"message_text": "Hello", "recipient_type": "group", "recipient_group": "all"}
YEAR = timezone.now().year + 2
MIXED = [(5, "sent", ""), (2, "failed", "blocked"), (1, "unknown", "timeout"), (3, "pending", "")]


@pytest.fixture(autouse=True)
def people_and_a_bot(school: psycopg.Connection, settings: Any) -> None:
    """Three people to write to, and a bot to write with."""
    settings.BOT_TOKEN = f"{there.BOT}:secret"
    there.people(school, 3)
    fold(school)


def messages(school: psycopg.Connection) -> int:
    return int(school.execute("SELECT count(*) FROM message_history").fetchall()[0][0])


def test_a_message_is_sent_to_a_group_or_to_people(owner: Program) -> None:
    to_all = owner("POST", "/api/messages", HELLO)
    assert to_all.status_code == 201
    assert (
        to_all.json().items()
        >= {
            "message_text": "Hello",
            "recipient_type": "group",
            "recipient_group": "all",
            "status": "scheduled",
            "scheduled_at": None,
        }.items()
    )

    body = {
        "message_text": "Hi",
        "recipient_type": "individual",
        "user_ids": [2],
        "scheduled_at": f"{YEAR}-01-01T10:00:00+03:00",
    }
    to_one = owner("POST", "/api/messages", body).json()
    assert (to_one["recipient_type"], to_one["scheduled_at"]) == ("individual", f"{YEAR}-01-01T07:00:00Z")
    assert [message["id"] for message in owner("GET", "/api/messages").json()["messages"]] == [
        to_one["id"],
        to_all.json()["id"],
    ]


def test_the_same_key_never_makes_two(school: psycopg.Connection) -> None:
    key = create_api_key("a bot", Role.MANAGER)
    headers = {"Authorization": f"Bearer {key}", "Idempotency-Key": "reminder-42"}
    answers = [
        Client(headers=headers).post("/api/messages", HELLO, content_type="application/json")
        for _ in range(2)
    ]

    assert answers[0].json() == answers[1].json()
    assert messages(school) == 1
    other = {**headers, "Authorization": f"Bearer {create_api_key('another', Role.MANAGER)}"}
    Client(headers=other).post("/api/messages", HELLO, content_type="application/json")
    assert messages(school) == 2


LATER = HELLO | {"scheduled_at": f"{YEAR}-01-01T10:00:00+03:00"}


def keyed(program: str, body: dict[str, Any]) -> Any:
    """Send it with a key that stays the same."""
    client = Client(headers={"Authorization": f"Bearer {program}", "Idempotency-Key": "reminder-42"})
    return client.post("/api/messages", body, content_type="application/json")


def test_the_same_key_makes_no_second_message_once_the_record_of_the_first_was_deleted(
    school: psycopg.Connection,
) -> None:
    program = create_api_key("a bot", Role.MANAGER)
    first = keyed(program, LATER).json()
    owner = Client(headers={"Authorization": f"Bearer {create_api_key('an owner', Role.OWNER)}"})
    assert owner.delete(f"/api/messages/{first['id']}").status_code == 204

    answer = keyed(program, LATER)

    assert answer.status_code == 409
    assert answer.json()["detail"].startswith("Idempotency-Key: ")
    assert messages(school) == 0


@pytest.mark.parametrize(
    "change",
    [
        {"message_text": "Hello!"},
        {"scheduled_at": f"{YEAR}-01-01T10:00:00Z"},
        {"scheduled_at": None},
        {"silent": True},
        {"recipient_group": "non_course_users"},
        {"buttons": [[{"text": "Go", "url": "https://school.example"}]]},
    ],
)
def test_the_same_key_with_another_body_is_refused(
    school: psycopg.Connection, change: dict[str, Any]
) -> None:
    program = create_api_key("a bot", Role.MANAGER)
    first = keyed(program, LATER).json()
    answer = keyed(program, LATER | change)

    assert answer.status_code == 422
    assert answer.json()["detail"].startswith("Idempotency-Key: ")
    assert messages(school) == 1
    assert keyed(program, LATER).json() == first


def test_a_body_is_the_same_however_it_is_written(school: psycopg.Connection) -> None:
    program = create_api_key("a bot", Role.MANAGER)
    first = keyed(program, LATER)
    spelt = {
        "silent": False,
        "scheduled_at": f"{YEAR}-01-01T07:00:00.000Z",
        **dict(reversed(HELLO.items())),
        "user_ids": None,
    }

    assert keyed(program, spelt).json() == first.json()
    assert messages(school) == 1


def test_a_key_from_before_bodies_were_kept_gives_its_message(school: psycopg.Connection) -> None:
    program = create_api_key("a bot", Role.MANAGER)
    first = keyed(program, LATER).json()
    school.execute("UPDATE broadcasts SET idempotency_body = NULL")

    assert keyed(program, LATER).json() == first
    assert messages(school) == 1


def test_a_message_taken_back_to_the_drafts_is_given_and_not_sent_by_its_key(
    school: psycopg.Connection,
) -> None:
    program = create_api_key("a bot", Role.MANAGER)
    made = keyed(program, LATER).json()["id"]
    services.unschedule(made, actor=None)
    answer = keyed(program, LATER)

    assert (answer.status_code, answer.json()["id"], answer.json()["status"]) == (201, made, "draft")


def test_the_same_key_from_many_at_once_makes_one(school: psycopg.Connection) -> None:
    program = create_api_key("a bot", Role.MANAGER)

    @elsewhere
    def send(n: int) -> tuple[int, Any]:
        answer = keyed(program, HELLO | {"message_text": f"Hello {n % 2}"})
        return answer.status_code, answer.json().get("id")

    with ThreadPoolExecutor(6) as at_once:
        answers = list(at_once.map(send, range(12)))

    assert messages(school) == 1
    assert sorted(status for status, _id in answers) == [201] * 6 + [422] * 6
    assert len({made for _status, made in answers if made is not None}) == 1


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"message_text": ""}, "text: "),
        ({"message_text": "x" * 4097}, "text: "),
        ({"message_text": "<b>x"}, "text: "),
        ({"message_text": "{surname}"}, "text: "),
        ({"message_text": "a\0"}, "text: "),
        ({"message_text": None}, "message_text: "),
        ({"recipient_type": "everyone"}, "recipient_type: "),
        ({"recipient_group": "6th_stream"}, "recipient_group: there is no group 6th_stream"),
        ({"recipient_group": "5th_stream"}, "recipients: nobody"),
        ({"recipient_group": None}, "recipient_group: "),
        ({"user_ids": [1]}, "recipient_group: "),
        ({"recipient_type": "individual"}, "user_ids: "),
        ({"recipient_type": "individual", "recipient_group": None, "user_ids": []}, "user_ids: "),
        ({"recipient_type": "individual", "recipient_group": None, "user_ids": [99]}, "user_ids: nobody"),
        ({"recipient_type": "individual", "recipient_group": None, "user_ids": [2**63]}, "user_ids.0: "),
        ({"scheduled_at": "2020-01-01T00:00:00Z"}, "scheduled_at: this time has passed"),
        ({"scheduled_at": f"{YEAR}-01-01T00:00:00"}, "scheduled_at: "),
        ({"scheduled_at": "soon"}, "scheduled_at: "),
        ({"scheduled_at": "0001-01-01T00:00:00+14:00"}, "scheduled_at: this time has passed"),
        ({"scheduled_at": f"{YEAR + 10}-01-01T00:00:00Z"}, "scheduled_at: this is more than ten years ahead"),
        ({"scheduled_at": "9999-12-31T23:59:59-14:00"}, "scheduled_at: this is more than ten years ahead"),
        ({"buttons": [[{"text": "Go", "url": "nowhere"}]]}, "buttons: "),
        ({"buttons": [[{"text": "Go"}]]}, "buttons: "),
        ({"price": 1}, "price: "),
    ],
)
def test_what_can_t_be_sent_is_refused_and_nothing_is_made(
    school: psycopg.Connection, owner: Program, change: dict[str, Any], words: str
) -> None:
    answer = keyed(create_api_key("a bot", Role.MANAGER), {**HELLO, **change})

    assert answer.status_code == 422
    assert answer.json()["detail"].startswith(words)
    assert messages(school) == 0


def test_without_a_bot_nothing_is_sent(school: psycopg.Connection, owner: Program, settings: Any) -> None:
    settings.BOT_TOKEN = ""
    answer = owner("POST", "/api/messages", HELLO)

    assert (answer.status_code, messages(school)) == (409, 0)
    assert "HSL_BOT_TOKEN" in answer.json()["detail"]


def test_a_message_tells_how_far_it_is_and_who_got_it(school: psycopg.Connection, owner: Program) -> None:
    message_id = there.message(school, MIXED, status="sending", audience=Audience(groups=("all",)))
    told = owner("GET", f"/api/messages/{message_id}").json()

    assert told["deliveries"] == {"pending": 3, "sent": 5, "failed": 2, "unknown": 1, "deleted": 0}
    assert told["failed_by_reason"] == {"blocked": 2}
    assert (told["total_recipients"], told["successful_deliveries"]) == (11, 5)
    url = f"/api/messages/{message_id}/recipients"
    found = [one["user_id"] for one in owner("GET", f"{url}?delivery_status=failed").json()["recipients"]]
    assert found == [6, 7]
    everybody, cursor = [], ""
    while cursor is not None:
        page = owner("GET", f"{url}?limit=4{cursor and f'&cursor={cursor}'}").json()
        everybody += [one["user_id"] for one in page["recipients"]]
        cursor = page["next_cursor"]
    assert everybody == list(range(1, 12))


@pytest.mark.parametrize("status", ["pending", "sending", "sent"])
def test_recipients_are_of_the_status_asked_for(
    school: psycopg.Connection, owner: Program, status: str
) -> None:
    message_id = there.message(
        school, [(2, "sent", ""), (2, "sending", ""), (2, "pending", "")], status="sending"
    )
    page = owner("GET", f"/api/messages/{message_id}/recipients?delivery_status={status}").json()
    assert [one["delivery_status"] for one in page["recipients"]] == [status] * 2


def test_a_message_is_paused_resumed_cancelled_and_sent_again(
    school: psycopg.Connection, owner: Program
) -> None:
    url = f"/api/messages/{there.message(school, MIXED, status='sending')}"

    assert owner("POST", f"{url}/pause").json()["status"] == "paused"
    assert owner("DELETE", "/api/messages/999").status_code == 404
    assert owner("POST", f"{url}/resume").json()["status"] == "sending"
    assert owner("DELETE", url).status_code == 409
    assert owner("POST", f"{url}/retry-failed").json() == {"people": 2}
    assert owner("POST", f"{url}/retry-failed").status_code == 409
    assert owner("POST", f"{url}/resend-unknown").json() == {"people": 1, "too_fresh": 0}
    assert owner("POST", f"{url}/cancel").json()["status"] == "cancelled"
    assert owner("POST", f"{url}/resume").status_code == 409
    assert owner("DELETE", url).status_code == 204
    assert owner("GET", url).status_code == 404


def test_another_program_s_message_is_shown_and_never_touched(
    school: psycopg.Connection, owner: Program
) -> None:
    url = f"/api/messages/{there.external(school, [(1, 'sent', ''), (1, 'pending', '')])}"

    assert owner("GET", url).json()["status"] == "external"
    assert [one["delivery_status"] for one in owner("GET", f"{url}/recipients").json()["recipients"]] == [
        "sent",
        "pending",
    ]
    assert owner("GET", "/api/messages?status=external").json()["messages"][0]["deliveries"]["pending"] == 1
    for act in ("pause", "resume", "cancel", "retry-failed", "resend-unknown"):
        assert owner("POST", f"{url}/{act}").status_code == 409
    assert owner("DELETE", url).status_code == 409
