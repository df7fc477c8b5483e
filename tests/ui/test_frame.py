"""The frame leads only where there is something for this operator, in their language."""

import gzip
import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from django.urls import resolve

from hsl.accounts.permissions import Role
from hsl.ui import packages
from hsl.ui.frame import PLACES
from tests import cast

pytestmark = pytest.mark.django_db


def page(client: Client, language: str = "ru") -> str:
    """The account's page, which every operator has."""
    return client.get("/account/", headers={"Accept-Language": language}).content.decode()


@pytest.mark.django_db(transaction=True)
def test_no_link_of_the_frame_is_dead() -> None:
    for operator in (staff := cast.hire()).owner, staff.manager, staff.analyst:
        client = cast.signed_in(operator)
        for url in set(re.findall(r'<a [^>]*href="(/[^"]*)"', page(client))):
            assert client.get(url).status_code == 200, url


def test_the_frame_shows_no_page_that_is_not_built() -> None:
    assert all(place.url is None or resolve(place.url) for place in PLACES)


OVERVIEW_TO_LESSONS = ["Обзор", "Люди", "Рассылки", "Потоки", "Уроки"]


@pytest.mark.parametrize(
    ("role", "shown"),
    [
        (Role.OWNER, [*OVERVIEW_TO_LESSONS, "Настройки"]),
        (Role.MANAGER, OVERVIEW_TO_LESSONS),
        (Role.ANALYST, OVERVIEW_TO_LESSONS),
    ],
)
def test_the_navigation_shows_each_role_its_places_in_their_order(role: Role, shown: list[str]) -> None:
    text = page(cast.signed_in(cast.hire().by_role(role)))
    links = re.findall(r'<a class="frame-place".*?</a>', text, flags=re.DOTALL)

    assert [re.findall("<span>(.*?)</span>", link)[0] for link in links] == shown


def test_browsers_that_ask_for_russian_get_it_and_others_english() -> None:
    client = cast.signed_in(cast.hire().owner)

    assert "Сменить пароль" in page(client, "ru-RU,ru;q=0.9,en;q=0.8")
    assert "Change the password" in page(client, "en-GB,en;q=0.9")


def test_a_chosen_language_stays() -> None:
    client = cast.signed_in(cast.hire().owner)
    client.post("/language/", {"language": "en", "next": "/account/"})

    assert "Change the password" in page(client, "ru")


def test_the_language_leads_nowhere_else() -> None:
    answer = Client().post("/language/", {"language": "en", "next": "https://elsewhere.example/"})

    assert answer.headers["Location"] == "/"


def test_nothing_is_inline_and_nothing_comes_from_elsewhere() -> None:
    text = page(cast.signed_in(cast.hire().owner))

    assert not re.search(r"<style|\sstyle=|\son\w+=|<script(?![^>]*src=)", text)
    assert not re.findall(r'(?:src|href)="(?!/|#|data:)', text)


def test_a_name_is_text_not_markup() -> None:
    operator = cast.hire().analyst
    operator.name = '<b>"bold"</b>'
    operator.save(update_fields=["name"])

    assert "<b>" not in page(cast.signed_in(operator))


def test_the_packages_serve_only_what_is_named() -> None:
    assert finders.find("packages/htmx.js")
    assert not finders.find("packages/package.json")
    assert not finders.find("htmx.org/package.json")


def test_a_page_without_charts_weighs_at_most_250_kilobytes() -> None:
    text = page(cast.signed_in(cast.hire().owner))
    files = [
        Path(found)
        for name in re.findall(r'(?:src|href)="/static/([^"]+)"', text)
        if (found := finders.find(name))
    ]

    weight = sum(
        len(gzip.compress(content)) for content in [text.encode(), *(file.read_bytes() for file in files)]
    )
    assert len(files) >= 6
    assert weight < 250_000


def test_every_icon_that_is_served_is_used() -> None:
    root = Path(packages.__file__).parents[1]
    sources = [
        path for kind in ("*.html", "*.py", "*.js") for path in root.rglob(kind) if path.name != "packages.py"
    ]
    text = "".join(path.read_text(encoding="utf-8") for path in sources)

    assert [name for name in packages.ICONS if not re.search(rf"[\"']{name}[\"']", text)] == []
