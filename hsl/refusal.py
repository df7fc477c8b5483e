"""What a command says to the person at the terminal when it can't go on."""


class Refusal(Exception):  # noqa: N818 - the command did as it should: it refused
    """One sentence (or a few) with what is wrong and what to do; the command ends with exit code 1."""
