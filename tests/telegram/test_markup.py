"""Telegram's HTML is read as Telegram reads it; expectations follow TDLib's own behaviour."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hsl.telegram.markup import TAGS, Entity, MarkupError, escape, length, parse, units


def entities(html: str) -> list[tuple[str, int, int, str]]:
    return [(each.type, each.offset, each.length, each.argument) for each in parse(html).entities]


@pytest.mark.parametrize(
    ("html", "text", "expected"),
    [
        ("", "", []),
        ("просто так > и \"кавычки'", "просто так > и \"кавычки'", []),
        ("<b>да</b>", "да", [("bold", 0, 2, "")]),
        ("<STRONG>да</strong>", "да", [("bold", 0, 2, "")]),
        ("😀<i>a</i>", "😀a", [("italic", 2, 1, "")]),
        ("<u>😀</u>", "😀", [("underline", 0, 2, "")]),
        ("<b>a<i>b</i></b>", "ab", [("bold", 0, 2, ""), ("italic", 1, 1, "")]),
        ("<i><b>x</b></i>", "x", [("bold", 0, 1, ""), ("italic", 0, 1, "")]),
        ("<b></b>", "", []),
        ("<b>a</>", "a", [("bold", 0, 1, "")]),
        ("<b >a</b  >", "a", [("bold", 0, 1, "")]),
        ("<b any = thing>a</b>", "a", [("bold", 0, 1, "")]),
        ('<span class="tg-spoiler">тс</span>', "тс", [("spoiler", 0, 2, "")]),
        ("<tg-spoiler>тс</tg-spoiler>", "тс", [("spoiler", 0, 2, "")]),
        ("<blockquote>a</blockquote>", "a", [("blockquote", 0, 1, "")]),
        ("<blockquote expandable>a</blockquote>", "a", [("expandable_blockquote", 0, 1, "")]),
        ('<blockquote expandable="">a</blockquote>', "a", [("expandable_blockquote", 0, 1, "")]),
        ('<tg-emoji emoji-id="5">👍</tg-emoji>', "👍", [("custom_emoji", 0, 2, "5")]),
        ('<tg-time unix="1700000000">сегодня</tg-time>', "сегодня", [("date_time", 0, 7, "1700000000")]),
        ("<code>x</code>", "x", [("code", 0, 1, "")]),
        ('<code class="language-python">x</code>', "x", [("code", 0, 1, "")]),
        ('<pre><code class="language-python">x</code></pre>', "x", [("pre", 0, 1, "python")]),
        ('<code class="language-python"><pre>x</pre></code>', "x", [("pre", 0, 1, "python")]),
        (
            '<pre> <code class="language-python">x</code></pre>',
            " x",
            [("pre", 0, 2, ""), ("code", 1, 1, "")],
        ),
        ("<pre><code>x</code></pre>", "x", [("pre", 0, 1, ""), ("code", 0, 1, "")]),
        (
            '<a href="https://a.example/?x=1&amp;y">a</a>',
            "a",
            [("text_link", 0, 1, "https://a.example/?x=1&y")],
        ),
        ("<a href=a.example>a</a>", "a", [("text_link", 0, 1, "http://a.example/")]),
        ("<a>a.example</a>", "a.example", [("text_link", 0, 9, "http://a.example/")]),
        ('<a href="tg://user?id=42">Аня</a>', "Аня", [("text_mention", 0, 3, "42")]),
        ("<a href='tg://resolve?domain=x'>a</a>", "a", [("text_link", 0, 1, "tg://resolve?domain=x")]),
        ("<a href='javascript:alert(1)'>a</a>", "a", []),
        ("<a href='http://[x'>a</a>", "a", []),
        ("<a>просто слово</a>", "просто слово", []),
    ],
)
def test_it_shows(html: str, text: str, expected: list[tuple[str, int, int, str]]) -> None:
    assert parse(html).text == text
    assert entities(html) == expected


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("&lt;3 &gt; &amp; &quot;", '<3 > & "'),
        ("&lt3", "<3"),
        ("&#65;&#x42;&#67", "ABC"),
        ("&#128512;", "😀"),
        ("&nbsp; &apos; &laquo; &LT;", "&nbsp; &apos; &laquo; &LT;"),
        ("&#0; &#x110000; &#00000065;", "&#0; &#x110000; &#00000065;"),
        ("a & b && c&", "a & b && c&"),
        ("AT&T", "AT&T"),
    ],
)
def test_only_four_names_and_numbers_are_references(html: str, text: str) -> None:
    assert parse(html).text == text


@pytest.mark.parametrize(
    ("html", "words"),
    [
        ("<p>a</p>", 'Unsupported start tag "p" at byte offset 0'),
        ("я<br>", 'Unsupported start tag "br" at byte offset 2'),
        ("я <BR/>", 'Unsupported start tag "br/" at byte offset 3'),
        ("мы <3 вас", 'Unsupported start tag "3" at byte offset 5'),
        ("😀<abc", "Unclosed start tag at byte offset 4"),
        ("<", "Unclosed start tag at byte offset 0"),
        ("<>", 'Unsupported start tag "" at byte offset 0'),
        ("<b =a>", 'Empty attribute name in the tag "b" at byte offset 0'),
        ("<b a>x</b>", 'Expected equal sign in declaration of an attribute of the tag "b" at byte offset 0'),
        ("<b a = ", 'Unclosed start tag "b" at byte offset 0'),
        ("<b a=x,>", "Unexpected end of name token at byte offset 5"),
        ('<b a="x>', "Unclosed start tag at byte offset 0"),
        ("</b>", "Unexpected end tag at byte offset 0"),
        ("<b>a</b", "Unclosed end tag at byte offset 4"),
        ("<b>a</i>", 'Unmatched end tag at byte offset 4, expected "</b>", found "</i>"'),
        ("<b>a</B>", 'Unmatched end tag at byte offset 4, expected "</b>", found "</B>"'),
        ("<b>a<i>b</b></i>", 'Unmatched end tag at byte offset 8, expected "</i>", found "</b>"'),
        ("<b>a", 'Can\'t find end tag corresponding to start tag "b"'),
        ("<span>a</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
        ('<tg-emoji emoji-id="x">👍</tg-emoji>', "Invalid custom emoji identifier specified"),
    ],
)
def test_it_complains_in_telegrams_words(html: str, words: str) -> None:
    with pytest.raises(MarkupError) as caught:
        parse(html)
    assert str(caught.value) == f"can't parse entities: {words}"


@pytest.mark.parametrize("html", ["&#xDFDF;", "<b>&#57311;</b>", "\ud800"])
def test_half_a_character_is_refused(html: str) -> None:
    with pytest.raises(MarkupError, match="invalid Unicode characters"):
        parse(html)


def test_entities_past_the_hundredth_are_ignored() -> None:
    html = "<b>a</b> " * 120
    assert len(parse(html).entities) == 100
    assert parse(html).text == "a " * 120
    assert parse(html).entities[-1].offset == 198


def test_length_is_counted_in_utf_16_units_of_what_people_see() -> None:
    assert length("<b>Привет</b>, &lt;мир&gt;") == 13
    assert length("😀") == 2
    assert length("\n a \n") == 1
    assert length("<b> </b>") == 0


def test_an_entity_is_written_as_the_bot_api_writes_it() -> None:
    link = Entity("text_link", 1, 2, "https://a.example/")
    assert link.as_json() == {"type": "text_link", "offset": 1, "length": 2, "url": "https://a.example/"}
    assert parse('<pre><code class="language-sql">x</code></pre>').entities[0].as_json() == {
        "type": "pre",
        "offset": 0,
        "length": 1,
        "language": "sql",
    }


pieces = st.sampled_from(
    [f"<{tag}>" for tag in TAGS]
    + [f"</{tag}>" for tag in TAGS]
    + [
        "<",
        ">",
        "</",
        "</>",
        "&",
        "&lt",
        "&#",
        "&#x",
        ";",
        "=",
        '"',
        "'",
        " ",
        "\0",
        "😀",
        "я",
        "<a href=",
        "expandable",
    ]
)


@given(html=st.text() | st.lists(pieces, max_size=20).map("".join))
def test_no_text_breaks_the_parser(html: str) -> None:
    try:
        parsed = parse(html)
    except MarkupError as error:
        assert str(error).startswith("can't parse entities: ")  # noqa: PT017 - most texts are fine
    else:
        assert len(parsed.entities) <= 100
        for entity in parsed.entities:
            assert entity.length > 0
            assert entity.offset + entity.length <= units(parsed.text)
            assert entity.as_json()["type"] == entity.type


@given(text=st.text(alphabet=st.characters(exclude_categories=["Cs"])))
def test_what_is_escaped_is_shown_as_it_was(text: str) -> None:
    assert parse(escape(text)) == parse(f"{escape(text)}")
    assert parse(escape(text)).text == text
    assert parse(escape(text)).entities == ()


@given(
    name=st.text(alphabet=st.characters(exclude_categories=["Cs"]), min_size=1),
    tag=st.sampled_from(["b", "i", "u", "s", "tg-spoiler", "blockquote"]),
)
def test_a_name_with_any_characters_stays_inside_its_formatting(name: str, tag: str) -> None:
    parsed = parse(f"<{tag}>{escape(name)}</{tag}>!")
    assert parsed.text == f"{name}!"
    assert [(each.offset, each.length) for each in parsed.entities] == [(0, units(name))]
