"""Titles: what the school calls its courses, streams, lessons and itself."""

import unicodedata

from django.utils.translation import gettext_noop as _

from hsl.school.refusals import InvalidError

LONGEST = 200
_NO_TITLE = {"Cc", "Cs", "Zl", "Zp"}


def is_one_line(text: str) -> bool:
    """Whether it holds no line break and no control character."""
    return not any(unicodedata.category(character) in _NO_TITLE for character in text)


def clean_title(title: str) -> str:
    """``title`` without spaces around it. Raises InvalidError where it is too long, or no single line of text."""
    title = title.strip()
    if len(title) > LONGEST or not is_one_line(title):
        raise InvalidError(_("title: give one line of at most %(most)s characters"), most=LONGEST)
    return title
