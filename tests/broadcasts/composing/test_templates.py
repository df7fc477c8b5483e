"""Templates: kept, written from, changed, deleted."""

import pytest
from django.test import Client

from hsl.broadcasts.models import Template
from tests.broadcasts.composing.conftest import TEXT, WHOLE


@pytest.fixture
def reminder(client: Client) -> Template:
    """One that was kept on the compose page."""
    assert "Kept as “Напоминание”" in keep(client, "Напоминание")
    return Template.objects.get()


def keep(client: Client, name: str) -> str:
    """What the page says of what is written, kept under this name."""
    return client.post("/broadcasts/templates/keep/", WHOLE | {"template_name": name}).content.decode()


def written_from(client: Client, template: Template) -> str:
    """The text of a new message out of it."""
    page = client.get(f"/broadcasts/new/?template={template.pk}")
    return str(page.context["written"].content.text)


def test_a_template_is_kept_once_by_its_name(client: Client, reminder: Template) -> None:
    assert "already" in keep(client, reminder.name)
    assert Template.objects.count() == 1


def test_a_message_is_written_from_a_template(client: Client, reminder: Template) -> None:
    assert written_from(client, reminder) == TEXT
    used = client.get(f"/broadcasts/templates/{reminder.pk}/use/").content.decode()
    assert TEXT.replace("<", "&lt;").replace(">", "&gt;") in used


def test_a_template_is_changed(client: Client, reminder: Template) -> None:
    page = f"/broadcasts/templates/{reminder.pk}/"

    assert client.post(page, {"template_name": "x", "text": ""}).status_code == 400
    assert client.post(page, {"template_name": "Итог", "text": "Конец"}).status_code == 302
    assert "Итог" in client.get("/broadcasts/templates/").content.decode()
    assert written_from(client, reminder) == "Конец"


def test_a_template_is_deleted(client: Client, reminder: Template) -> None:
    assert client.post(f"/broadcasts/templates/{reminder.pk}/delete/").status_code == 302
    assert written_from(client, reminder) == ""
    assert not Template.objects.exists()


@pytest.mark.parametrize("name", ["", " ", "x" * 101, "a\nb"])
def test_a_template_has_a_name(client: Client, name: str) -> None:
    assert "Give it a name" in keep(client, name)
