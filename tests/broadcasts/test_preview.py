"""The preview shows a message as Telegram does, and nothing that it would not."""

import pytest

from hsl.broadcasts.preview import shown
from hsl.telegram.messages import Copy, Media


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("<b>Привет</b>, <i>мир</i>", "<strong>Привет</strong>, <em>мир</em>"),
        ("<b>а<i>б</i></b>в", "<strong>а<em>б</em></strong>в"),
        ("<b><i>а</i>б</b>", "<strong><em>а</em>б</strong>"),
        ("🙂<b>🙂x</b>y", "🙂<strong>🙂x</strong>y"),
        ("<s><u>а</u></s>", "<u><s>а</s></u>"),
        ("  <b> а</b> ", "<strong>а</strong>"),
        ("&lt;b&gt; &amp; <b>&lt;script&gt;</b>", "&lt;b&gt; &amp; <strong>&lt;script&gt;</strong>"),
        ("<code>@anna_k</code>", "<code>@anna_k</code>"),
        ("<blockquote>a</blockquote>", "<blockquote>a</blockquote>"),
        ("а\n<blockquote>б</blockquote>\nв\nг", "а\n<blockquote>б</blockquote>в\nг"),
        (
            "пиши @anna_k, #урок",
            'пиши <span class="phone-link">@anna_k</span>, <span class="phone-link">#урок</span>',
        ),
        (
            '<a href="https://a.example/?x=1&amp;y=2">сюда</a>',
            (
                '<a class="phone-link" href="https://a.example/?x=1&amp;y=2" title="https://a.example/?x=1&amp;y=2" '
                'target="_blank" rel="noreferrer">сюда</a>'
            ),
        ),
        ('<a href="javascript:alert(1)">x</a>', "x"),
    ],
)
def test_formatting_is_shown_as_telegram_shows_it(text: str, html: str) -> None:
    assert shown(Copy(text)).text == html


def test_what_telegram_cannot_read_is_shown_as_it_was_written() -> None:
    broken = shown(Copy("<p>x</p>"))

    assert broken.text == "&lt;p&gt;x&lt;/p&gt;"
    assert 'Unsupported start tag "p"' in broken.problem


@pytest.mark.parametrize(
    ("copy", "site"),
    [
        (Copy("x https://a.example/y https://b.example"), "a.example"),
        (Copy('<a href="https://a.example">x</a>'), "a.example"),
        (Copy("x https://a.example", link_preview=False), ""),
        (Copy("x https://a.example", Media("photo", "AgAC")), ""),
        (Copy("x"), ""),
    ],
)
def test_the_first_link_s_page_is_shown_where_telegram_would(copy: Copy, site: str) -> None:
    assert shown(copy).preview == site
