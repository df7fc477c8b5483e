"""What is shown beside the editor while one writes: the phone, and whom the message reaches."""

import psycopg
import pytest
from django.test import Client

from hsl.broadcasts.audience import Audience, reach
from hsl.projections.fold import fold
from tests.api.test_answers import book
from tests.broadcasts.composing.conftest import WHOLE


def test_the_preview_is_filled_for_a_real_person(client: Client) -> None:
    of_the_audience = client.post("/broadcasts/new/look/", WHOLE | {"group": ["4th_stream"]}).content.decode()
    of_another = client.post("/broadcasts/new/look/", WHOLE | {"reader": "2"}).content.decode()

    assert "Привет, Анна4! <strong>Завтра</strong> урок." in of_the_audience
    assert "Привет, Анна2!" in of_another
    assert "27 of 4,096 characters" in of_another


def test_the_preview_of_what_is_broken_says_what_is_wrong(client: Client) -> None:
    look = client.post("/broadcasts/new/look/", {"text": "<p>{user_id}</p>"}).content.decode()

    assert "&lt;p&gt;&lt;/p&gt;" in look
    assert "There is no personal field {user_id}" in look


def test_an_empty_message_is_not_scolded(client: Client) -> None:
    look = client.post("/broadcasts/new/look/", {}).content.decode()

    assert "invalid-feedback" not in look
    assert "Nothing written yet" in look


def test_the_reach_is_told_as_it_changes(client: Client) -> None:
    told = client.post("/broadcasts/new/tell/", {"group": ["all"], "minus": ["4th_stream"]}).content.decode()

    assert "2 people will get it" in told
    assert "1 person is left out" in told


@pytest.mark.parametrize("group", ["all", "non_course_users", "3rd_stream", "4th_stream", "5th_stream"])
def test_a_group_is_told_out_of_the_sums_as_its_people_are_counted(
    client: Client, people: psycopg.Connection, group: str
) -> None:
    book(people, 5, "3rd_stream", 1, first_name="Не платил")
    people.execute(
        "INSERT INTO unreachable VALUES (DEFAULT, 42, 5, now(), 'blocked'), (DEFAULT, 42, 77, now(), '')"
    )
    fold(people)

    counted = reach(Audience(groups=(group,), people=(1,), minus=()), 42)
    alone = reach(Audience(groups=(group,)), 42)
    with_one_more = 0 if group in ("all", "3rd_stream") else 1
    assert alone == (counted.people - with_one_more, counted.unreachable)
