"""Why an act was refused, in a sentence that names what is wrong and what to do.

The kind says whose turn it is: what was asked for is not there, what was sent is wrong, or something stands in the way.
"""

from django.utils.translation import gettext


class RefusedError(Exception):
    """An act that was refused and has changed nothing. Its text is in the reader's language."""

    def __init__(self, sentence: str, **values: object) -> None:
        """``sentence`` is a msgid marked with gettext_noop, ``values`` what its %(…)s stand for."""
        super().__init__(sentence, values)
        self.sentence, self.values = sentence, values

    def __str__(self) -> str:
        return gettext(self.sentence) % self.values

    def beside_its_field(self) -> tuple[str, str]:
        """The field that it names, and the sentence as it stands beside it; no field where it names none."""
        field, colon, said = str(self).partition(": ")
        if not colon:
            return "", str(self)
        return field, f"{said[:1].upper()}{said[1:]}"


class MissingError(RefusedError):
    """What the act is about is not there."""


class InvalidError(RefusedError):
    """What was sent can't be; it names the field and what it may be."""


class ConflictError(RefusedError):
    """Something stands in the way; it is named."""
