"""What the page on integrity shows: differences and broken rules in words, each with where it leads."""

from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.db import connection
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from hsl.projections.verifications import EXAMPLES
from hsl.projections.verify import Difference
from hsl.school.models import CourseStream
from hsl.school.rules import NAMES, BrokenRule

MOST = 100

PROJECTIONS: dict[str, Promise] = {
    "user_cache": _("What is known of people"),
    "user_activity": _("How much people did, and when"),
    "memberships": _("Who is in which stream"),
    "lesson_people": _("Who registered for which lesson, and came"),
    "leads": _("Hot leads"),
    "sums": _("Sums"),
}
KINDS: dict[str, Promise] = {
    "booking": _("Bookings"),
    "registration": _("Registrations"),
    "event": _("Events"),
}


class ShownPerson(NamedTuple):
    """A person whom a row is about, and where their page is."""

    user_id: int
    url: str


class ShownDifference(NamedTuple):
    """A projection that differs from the facts: its name in words and in the database, in how many rows, and a few."""

    name: str
    table: str
    rows: int
    examples: list[str]


class ShownRow(NamedTuple):
    """A row that breaks a rule, or ``rows`` that do alike, with the list of them. ``to_list``: the parameters that list
    its stream, empty where that is listed by now."""

    people: list[ShownPerson]
    words: str
    url: str
    rows: int | None
    to_list: dict[str, Any]


class ShownRule(NamedTuple):
    """A broken rule: in words, how many rows break it, those that were kept, and how many more there are."""

    name: str
    n: int
    rows: list[ShownRow]
    more: int
    busy: bool


class SetAside(NamedTuple):
    """A person whose facts can't be computed, and the database's words."""

    person: ShownPerson
    reason: str


def differences_shown(differences: list[Difference]) -> list[ShownDifference]:
    """What differs, in words."""
    return [
        ShownDifference(
            str(PROJECTIONS.get(one.projection, one.projection)), one.projection, one.rows, one.examples
        )
        for one in differences
    ]


def rules_shown(rules: list[BrokenRule]) -> list[ShownRule]:
    """The broken rules, in words, with where each row leads."""
    listed = set(CourseStream.objects.values_list("course_id", "course_stream"))
    return [_rule(rule, listed) for rule in rules]


def set_aside() -> list[SetAside]:
    """The first people whose facts can't be computed."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT user_id, reason FROM set_aside ORDER BY at LIMIT %s", [MOST])
        return [SetAside(_person(user_id), reason) for user_id, reason in cursor.fetchall()]


def _rule(rule: BrokenRule, listed: set[tuple[int, str]]) -> ShownRule:
    name = str(NAMES.get(rule.what, rule.what))
    rows = [_row(about, listed) for about in rule.about]
    more = rule.n - len(rows) if len(rows) >= EXAMPLES else 0
    return ShownRule(name, rule.n, rows, more, busy=rule.n == 0)


def _row(about: dict[str, Any], listed: set[tuple[int, str]]) -> ShownRow:
    people = [_person(user_id) for user_id in about.get("user_ids", [])]
    stream = (about.get("course_id"), about.get("course_stream"))
    unlisted = about.get("unlisted") and None not in stream and stream not in listed
    return ShownRow(
        people,
        _words(about),
        _alike(about) if "rows" in about else _bookings(stream, people) if stream[1] is not None else "",
        about.get("rows"),
        {"course_id": stream[0], "course_stream": stream[1]} if unlisted else {},
    )


def _words(about: dict[str, Any]) -> str:
    parts = [
        str(KINDS.get(about["kind"], about["kind"])) if "kind" in about else None,
        about.get("email"),
        about.get("lesson_type"),
        _("course %(course)s") % {"course": about["course_id"]} if "course_id" in about else None,
        about.get("course_stream"),
        _("booking %(booking)s") % {"booking": about["booking"]} if "booking" in about else None,
        f"confirmed = {about['confirmed']}" if "confirmed" in about else None,
        _TIMES_SAID.get(about.get("time", "")),
        about.get("value"),
    ]
    return " · ".join(str(part) for part in parts if part)


def _person(user_id: int) -> ShownPerson:
    return ShownPerson(user_id, _url("person", user_id))


def _alike(about: dict[str, Any]) -> str:
    """The list of the facts that break a rule in one way."""
    list_url = _url(f"{about['kind']}s")
    asked = {"confirmed": about.get("confirmed"), **_TIMES.get(about.get("time", ""), {})}
    given = {name: value for name, value in asked.items() if value is not None}
    if about.get("nobody"):
        given["person_empty"] = "yes"
    return f"{list_url}?{urlencode(given)}" if list_url else ""


# Where times that can't be are held (hsl.clamped): the first quarter of an hour that there is, and the last day.
_TIMES = {
    "before": {"from": "0001-01-02T00:00Z", "to": "0001-01-02T00:15Z"},
    "after": {"from": "9999-12-30T00:00Z"},
}
_TIMES_SAID: dict[str, Promise] = {"before": _("before the year 1"), "after": _("after the year 9999")}


def _bookings(stream: tuple[int | None, str | None], people: list[ShownPerson]) -> str:
    list_url = _url("bookings")
    asked = {"course": stream[0], "stream": stream[1], "person": people[0].user_id if people else None}
    given = {name: value for name, value in asked.items() if value is not None}
    return f"{list_url}?{urlencode(given)}" if list_url else ""


def _url(name: str, *args: object) -> str:
    """Where a page of a higher room is."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""
