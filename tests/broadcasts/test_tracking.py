"""Tracked links: they lead where they should, tell whose they are, and can't be made up."""

from urllib.parse import urlsplit

import psycopg
import pytest
from django.conf import LazySettings
from django.http import HttpResponse
from django.test import Client

from hsl.broadcasts import tracking
from hsl.broadcasts.content import Content
from hsl.broadcasts.models import Click, Link
from hsl.telegram.messages import Button

ANNA = 7_000_000_001
CONTENT = Content(
    'Смотри <a href="https://a.example/x?y=1&amp;z=2">сюда</a>',
    buttons=((Button("Сайт", url="https://b.example"), Button("Да", callback_data="yes")),),
    tracked=True,
)


@pytest.fixture
def link(school: psycopg.Connection, settings: LazySettings) -> Link:
    """A tracked link of message 12, for people outside to follow."""
    settings.PUBLIC_URL = urlsplit("https://school.example")
    tracking.store_links(12, CONTENT)
    return Link.objects.get(url="https://a.example/x?y=1&z=2")


def follow(address: str, **headers: str) -> HttpResponse:
    path = urlsplit(address).path
    return Client().get(path, headers={"User-Agent": "Mozilla/5.0", **headers})  # type: ignore[return-value] # is one


def events(school: psycopg.Connection) -> list[tuple[object, ...]]:
    return school.execute(
        "SELECT user_id, event_type, details->>'url', (details->>'message_id')::int FROM public.events"
    ).fetchall()


def test_a_link_leads_where_it_led_and_counts_the_person(link: Link, school: psycopg.Connection) -> None:
    track = tracking.tracker(12)
    assert track is not None
    address = track(link.url, ANNA)

    assert address.startswith("https://school.example/r/")
    for _time in range(2):
        answer = follow(address)
        assert (answer.status_code, answer.headers["Location"]) == (302, link.url)
    click = Click.objects.get()
    assert (click.user_id, click.times) == (ANNA, 2)
    assert events(school) == [(ANNA, "broadcast_link_clicked", link.url, 12)] * 2


def test_each_address_is_stored_once(link: Link) -> None:
    tracking.store_links(12, CONTENT)

    assert sorted(Link.objects.values_list("url", flat=True)) == [link.url, "https://b.example"]


def test_a_very_long_address_is_stored(link: Link) -> None:
    url = "https://a.example/" + "ж" * 4000
    tracking.store_links(12, Content(f'<a href="{url}">x</a>', tracked=True))

    assert Link.objects.filter(url=url).exists()


def test_an_address_that_is_not_stored_leads_straight(link: Link) -> None:
    track = tracking.tracker(12)
    assert track is not None
    assert track("https://other.example", ANNA) == "https://other.example"


@pytest.mark.parametrize("agent", ["TelegramBot (like TwitterBot)", "telegrambot"])
def test_telegram_looking_for_a_preview_is_no_click(link: Link, agent: str) -> None:
    answer = follow(f"/r/{tracking.code(link.pk, ANNA)}", **{"User-Agent": agent})

    assert answer.headers["Location"] == link.url
    assert not Click.objects.exists()


def test_head_is_no_click(link: Link) -> None:
    assert Client().head(f"/r/{tracking.code(link.pk, ANNA)}").status_code == 302
    assert not Click.objects.exists()


def test_a_code_can_be_neither_changed_nor_made_up(link: Link) -> None:
    code = tracking.code(link.pk, ANNA)
    made_up = [code[:at] + ("A" if code[at] != "A" else "B") + code[at + 1 :] for at in range(len(code))] + [
        "",
        "x",
        code[:-4],
        code + "AAAA",
        "ж" * 28,
        "A" * 28,
    ]

    for text in made_up:
        assert tracking.followed(text) is None
        assert follow(f"/r/{text or 'x'}").status_code == 404
    assert not Click.objects.exists()


def test_a_code_made_with_the_key_before_still_leads_on(link: Link, settings: LazySettings) -> None:
    code = tracking.code(link.pk, ANNA)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another"

    assert tracking.followed(code) == (link.pk, ANNA)


def test_without_an_address_of_ours_nothing_is_tracked(link: Link, settings: LazySettings) -> None:
    code = tracking.code(link.pk, ANNA)
    settings.PUBLIC_URL = urlsplit("")

    assert tracking.tracker(12) is None
    assert follow(f"/r/{code}").status_code == 404
    tracking.store_links(13, CONTENT)
    assert not Link.objects.filter(message_id=13).exists()


def test_who_follows_a_link_arrives_though_the_event_cannot_be_written(
    link: Link, school: psycopg.Connection
) -> None:
    school.execute("ALTER TABLE public.events ADD CONSTRAINT none CHECK (false) NOT VALID")
    try:
        answer = follow(f"/r/{tracking.code(link.pk, ANNA)}")
    finally:
        school.execute("ALTER TABLE public.events DROP CONSTRAINT none")

    assert answer.headers["Location"] == link.url
    assert Click.objects.get().times == 1
