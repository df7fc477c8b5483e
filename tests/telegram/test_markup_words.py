"""What Telegram says against a text's formatting is told in the operator's language, with tag and place."""

import pytest
from django.utils.translation import override

from hsl.telegram.markup import MarkupError, parse
from hsl.telegram.markup_words import in_words

BROKEN = {
    "я<br>": "Такого тега, как <br>, Telegram не знает (байт 2). Знак <, который не начинает тег, пишется &lt;.",
    "<b>a": "Тег <b> не закрыт: не хватает </b>.",
    "<b a = ": "Тег <b> не дописан: не хватает знака > (байт 0).",
    "😀<abc": "Тег не дописан: не хватает знака > или кавычки (байт 4).",
    "<b>a</b": "Закрывающий тег не дописан: не хватает знака > (байт 4).",
    "</b>": "Закрыт тег, который не открывали (байт 0).",
    "<b>a</i>": "</i> закрывает не тот тег, что открыт последним (байт 4): здесь нужен </b>.",
    "<b a=x,>": "Не разобрать значение в теге (байт 5): возьмите его в кавычки.",
    "<b =x>": "В теге <b> стоит что-то, что не атрибут (байт 0).",
    "<b a>": "В теге <b> у атрибута нет значения (байт 0).",
    "<span>a</span>": 'У тега <span> должен быть class="tg-spoiler" (байт 0).',
}


@pytest.mark.parametrize("text", BROKEN)
def test_each_known_error_has_a_sentence_of_its_own(text: str) -> None:
    with pytest.raises(MarkupError) as caught:
        parse(text)

    for prefix in ("", "Bad Request: "):
        with override("ru"):
            assert in_words(f"{prefix}{caught.value}") == BROKEN[text]


def test_telegram_s_own_spelling_without_quotation_marks_is_known_too() -> None:
    with override("ru"):
        said = in_words("Bad Request: can't parse entities: Can't find end tag corresponding to start tag b")
    assert said == "Тег <b> не закрыт: не хватает </b>."


@pytest.mark.parametrize(
    "words",
    ["", "Bad Request: can't parse entities: the moon is full", 'Unsupported start tag "p" at byte offset 0'],
)
def test_words_that_nobody_knows_are_left_to_telegram(words: str) -> None:
    assert in_words(words) == ""
