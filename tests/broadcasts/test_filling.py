"""A person's copy: their fields, escaped, and links that tell whose they are."""

import pytest

from hsl.broadcasts.content import Content, MediaRef
from hsl.broadcasts.filling import Filler, Person
from hsl.telegram.messages import Button, Copy, Media

ANNA = Person(1, "anna", "Анна", "3-й поток")
NOBODY = Person(2, None, None, None)


def filled(text: str, person: Person = ANNA) -> str:
    return Filler(Content(text), None, None).copy(person).text


def track(url: str, user_id: int) -> str:
    return f"https://go.example/r/{user_id}?{url[8:]}"


def tracked(text: str, *buttons: Button) -> Copy:
    return Filler(Content(text, buttons=(buttons,), tracked=True), None, track).copy(ANNA)


@pytest.mark.parametrize(
    ("text", "copy"),
    [
        ("Привет, {first_name}!", "Привет, Анна!"),
        ("@{username}, {course_stream}", "@anna, 3-й поток"),
        ("{first_name}{first_name}", "АннаАнна"),
        ("{first_name|друг}", "Анна"),
        ("Пиши {{first_name}}", "Пиши {first_name}"),
        ('{"a": {}, 1: {0}} { first_name }', '{"a": {}, 1: {0}} { first_name }'),
    ],
)
def test_fields_are_filled(text: str, copy: str) -> None:
    assert filled(text) == copy


@pytest.mark.parametrize(
    ("text", "copy"),
    [
        ("Привет, {first_name|друг}!", "Привет, друг!"),
        ("Привет{first_name}!", "Привет!"),
        ("{username|Tom &amp; Jerry}", "Tom &amp; Jerry"),
    ],
)
def test_what_a_person_lacks_is_what_the_operator_put_there(text: str, copy: str) -> None:
    assert filled(text, NOBODY) == copy


def test_a_name_breaks_no_markup() -> None:
    assert filled("<b>{first_name}</b>", Person(3, None, '<3 & "Ё"', None)) == (
        "<b>&lt;3 &amp; &quot;Ё&quot;</b>"
    )


def test_a_name_is_no_field() -> None:
    assert filled("{first_name} {username}", Person(3, "x", "{username}", None)) == "{username} x"


@pytest.mark.parametrize(
    ("text", "copy"),
    [
        ('<a href="https://a.example/?b=1&amp;c=2">x</a>', "https://go.example/r/1?a.example/?b=1&amp;c=2"),
        ("<a href='https://a.example'>x</a>", "https://go.example/r/1?a.example"),
        ("<a href=https://a.example>x</a>", "https://go.example/r/1?a.example"),
    ],
)
def test_a_tracked_link_goes_through_us(text: str, copy: str) -> None:
    assert tracked(text).text == f'<a href="{copy}">x</a>'


def test_an_address_in_the_text_is_tracked_and_reads_as_before() -> None:
    assert tracked("Смотри https://a.example/x?y&amp;z.").text == (
        'Смотри <a href="https://go.example/r/1?a.example/x?y&amp;z">https://a.example/x?y&amp;z</a>.'
    )


@pytest.mark.parametrize(
    "text",
    [
        '<a href="tg://user?id=1">x</a>',
        "<code>https://a.example</code>",
        "<pre>a <b>https://a.example</b></pre>",
        "https:// и http",
    ],
)
def test_what_is_no_link_to_the_web_stays(text: str) -> None:
    assert tracked(text).text == text


def test_the_text_of_a_link_is_no_second_link() -> None:
    assert tracked('<a href="https://a.example">https://b.example</a>').text == (
        '<a href="https://go.example/r/1?a.example">https://b.example</a>'
    )


def test_buttons_are_tracked_and_commands_are_not() -> None:
    command = Button("Да", callback_data="yes")
    copy = tracked("x", Button("Сайт", url="https://a.example"), command)

    assert copy.buttons == ((Button("Сайт", url="https://go.example/r/1?a.example"), command),)


def test_links_lead_straight_where_nobody_asked_to_track_them() -> None:
    text = '<a href="https://a.example">x</a>'

    assert Filler(Content(text), None, track).copy(ANNA).text == text
    assert Filler(Content(text, tracked=True), None, None).copy(ANNA).text == text


def test_the_plain_copy_has_neither_fields_nor_tracked_links() -> None:
    filler = Filler(Content("{first_name|друг} https://a.example", tracked=True), None, track)

    assert filler.plain().text == "друг https://a.example"
    assert filler.personal
    assert not Filler(Content("{{first_name}}"), None, None).personal


def test_the_rest_of_a_message_goes_with_each_copy() -> None:
    content = Content(
        "x", MediaRef("video", upload=1), silent=True, protected=True, link_preview=False, paid=True
    )

    assert Filler(content, "BAAC", None).copy(ANNA) == Copy(
        "x", Media("video", "BAAC"), silent=True, protected=True, link_preview=False, paid=True
    )
