"""Every number is a door: it leads to the list of exactly what it counts."""

import random
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from urllib.parse import urljoin, urlsplit

import psycopg
import pytest
from django.conf import LazySettings
from django.test import Client
from django.urls import Resolver404, resolve

from hsl.projections.fold import fold
from tests import cast
from tests.analytics.facts import RELAX, Facts
from tests.broadcasts import messages_there
from tests.databases import Database
from tests.page_numbers import Door, Numbers
from tests.people import schools

STARTS = (
    "/",
    "/?range=today",
    "/?range=all",
    "/?range=custom&since=2026-03-20&until=2026-04-06",
    "/?range=custom&since=2026-10-25&until=2026-10-25",
    "/streams/",
    "/lessons/",
    "/people/",
    "/bookings/",
    "/registrations/",
    "/events/",
    "/broadcasts/",
)
PAGES_OF_A_KIND = 4
DOORS_OF_A_PAGE = 60


@pytest.fixture(params=[1, 2])
def owner(
    request: pytest.FixtureRequest, fresh_database: Callable[[], Database], settings: LazySettings
) -> Iterator[Client]:
    """The owner's browser before a school of random facts that follow no rules, some of them of the last days; the
    bot does not reach a third of its people."""
    settings.BOT_TOKEN = schools.BOT_TOKEN
    database = fresh_database()
    database.execute(RELAX)
    with database.as_django(), database.connect(options="-c search_path=hsl,public") as conn:
        facts = Facts(request.param)
        facts.fill(conn)
        of_late(facts.random, conn)
        messages_there.message(conn, [(7, "sent", ""), (2, "failed", "blocked"), (1, "unknown", "timeout")])
        messages_there.external(conn, [(3, "sent", ""), (1, "failed", "")])
        fold(conn)
        conn.execute(schools.LOST)
        yield cast.signed_in(cast.hire().owner)


def of_late(chance: random.Random, conn: psycopg.Connection) -> None:
    """What makes leads: people who were active these days."""
    now = datetime.now(UTC)
    with conn.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO public.events (user_id, first_name, event_type, details, created_at)"
            " VALUES (%s, 'Анна 7', 'view_program', '{\"course_id\": 1}', %s)",
            [
                (chance.randint(30, 60), now - timedelta(minutes=chance.randint(0, 12_000)))
                for _ in range(400)
            ],
        )


def read(client: Client, address: str) -> Numbers:
    answer = client.get(address, headers={"Accept-Language": "en"})
    return Numbers.of(b"".join(answer).decode()) if answer.status_code == 200 else Numbers()


def kind(address: str) -> str:
    """Which page it is, whatever of."""
    try:
        return resolve(urlsplit(address).path).view_name
    except Resolver404:
        return ""


def pages(client: Client) -> Iterator[tuple[str, Numbers]]:
    """Each kind of page that can be walked to, a few of each, and the parts that they load."""
    waiting, seen, kinds = list(STARTS), set(STARTS), Counter[str]()
    while waiting:
        address = waiting.pop(0)
        numbers = read(client, address)
        yield address, numbers
        for link in [*numbers.parts, *(door.address for door in numbers.doors), *numbers.links]:
            further = urljoin(address, link)
            name = kind(further)
            if further in seen or not further.startswith("/") or kinds[name] >= PAGES_OF_A_KIND:
                continue
            if not name or name.endswith("_export"):
                continue
            seen.add(further)
            kinds[name] += 1
            waiting.append(further)


def total(client: Client, door: Door) -> int | None:
    """How many rows the list behind a door says that it has."""
    numbers = read(client, door.address)
    if numbers.total is None:
        for part in numbers.parts:
            if (counted := read(client, part).total) is not None:
                return counted
    return numbers.total


def test_every_number_leads_to_the_list_of_what_it_counts(owner: Client) -> None:
    wrong, opened = [], dict[str, int | None]()
    for address, numbers in pages(owner):
        wrong += [f"{address}: {words!r} leads nowhere" for words in numbers.bare]
        for door in numbers.doors[:DOORS_OF_A_PAGE]:
            if not door.address:
                wrong.append(f"{address}: {door.count} leads nowhere")
                continue
            if door.address not in opened:
                opened[door.address] = total(owner, door)
            if opened[door.address] != door.count:
                wrong.append(f"{address}: {door.count} leads to {opened[door.address]}: {door.address}")

    assert not wrong, "\n".join(wrong)
    assert len(opened) > 100
