"""Which column is to blame where a line breaks a rule between rows (sql/, one file a rule)."""

from hsl.school.importing.problems import Problem, shown

COLUMNS = {
    "id_in_file": "id",
    "id_taken": "id",
    "registration_id_taken": "id",
    "stream_unlisted": "course_stream",
    "active_booking_stands": "user_id",
    "active_booking_in_file": "user_id",
    "email_taken": "email",
    "email_in_file": "email",
}


def broken(rule: str, line: int, value: str, other: str | None) -> Problem:
    """The problem of a line that breaks ``rule``."""
    return Problem(line, COLUMNS[rule], shown(value), rule, {} if other is None else {"other": other})
