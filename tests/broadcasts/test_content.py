"""A message is kept as JSON, and comes back as it was."""

import json

import pytest

from hsl.broadcasts.content import Content, MediaRef
from hsl.telegram.messages import Button

WHOLE = Content(
    "<b>Привет</b>, {first_name|друг}",
    media=MediaRef("photo", upload=7),
    buttons=((Button("Сайт", url="https://school.example"), Button("Да", callback_data="yes")),),
    silent=True,
    protected=True,
    link_preview=False,
    tracked=True,
    paid=True,
)


@pytest.mark.parametrize(
    "content", [WHOLE, Content(""), Content("x", media=MediaRef("video", file_id="AgAD"))]
)
def test_a_message_comes_back_as_it_was_kept(content: Content) -> None:
    assert Content.from_json(json.loads(json.dumps(content.to_json()))) == content


def test_what_was_not_kept_is_as_for_a_new_message() -> None:
    assert Content.from_json({"text": "Привет"}) == Content("Привет")


def test_what_is_no_message_is_refused() -> None:
    with pytest.raises(TypeError):
        Content.from_json({"text": "", "spam": True})
