"""Messages kept under a name, to write from."""

import pytest
from django.test import Client

from hsl.broadcasts.models import Template
from tests.broadcasts.composing.conftest import TEXT, WHOLE


def test_a_template_is_kept_and_written_from(client: Client) -> None:
    kept = client.post(
        "/broadcasts/templates/keep/", WHOLE | {"template_name": "Напоминание"}
    ).content.decode()
    assert "Kept as “Напоминание”" in kept
    kept_id = Template.objects.get().pk

    assert (
        "already"
        in client.post(
            "/broadcasts/templates/keep/", WHOLE | {"template_name": "Напоминание"}
        ).content.decode()
    )
    assert client.get(f"/broadcasts/new/?template={kept_id}").context["written"].content.text == TEXT
    assert (
        TEXT.replace("<", "&lt;").replace(">", "&gt;")
        in client.get(f"/broadcasts/templates/{kept_id}/use/").content.decode()
    )
    assert (
        client.post(f"/broadcasts/templates/{kept_id}/", {"template_name": "x", "text": ""}).status_code
        == 400
    )
    assert (
        client.post(
            f"/broadcasts/templates/{kept_id}/", {"template_name": "Итог", "text": "Конец"}
        ).status_code
        == 302
    )
    assert "Итог" in client.get("/broadcasts/templates/").content.decode()
    assert client.post(f"/broadcasts/templates/{kept_id}/delete/").status_code == 302
    assert client.get(f"/broadcasts/new/?template={kept_id}").context["written"].content.text == ""


@pytest.mark.parametrize("name", ["", " ", "x" * 101, "a\nb"])
def test_a_template_has_a_name(client: Client, name: str) -> None:
    answer = client.post("/broadcasts/templates/keep/", WHOLE | {"template_name": name}).content.decode()

    assert "Give it a name" in answer
