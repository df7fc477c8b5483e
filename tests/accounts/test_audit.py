"""The record of acts says who, and keeps the name when they are gone."""

import pytest

from hsl.accounts.api_keys import create_api_key
from hsl.accounts.audit import COMMAND_LINE, record
from hsl.accounts.models import ApiKey, AuditEntry
from tests import cast


@pytest.mark.django_db
def test_an_act_of_an_operator() -> None:
    owner = cast.hire().owner

    entry = record(owner, "booking.confirm", "booking:17", {"confirmed": 1}, {"confirmed": 2})

    entry.refresh_from_db()
    assert (entry.operator, entry.api_key, entry.actor) == (owner, None, "Анна")
    assert (entry.before, entry.after) == ({"confirmed": 1}, {"confirmed": 2})


@pytest.mark.django_db
def test_an_act_over_the_api() -> None:
    create_api_key("site", "manager")
    key = ApiKey.objects.get()

    entry = record(key, "person.move", "person:1001")

    assert (entry.operator, entry.api_key, entry.actor) == (None, key, str(key))


@pytest.mark.django_db
def test_an_act_of_the_command_line() -> None:
    assert record(COMMAND_LINE, "school.zone", "school").actor == "hsl"


@pytest.mark.django_db
def test_who_acted_stays_on_record_when_they_are_gone() -> None:
    owner = cast.hire().owner
    record(owner, "person.move", "person:1001")
    owner.delete()

    entry = AuditEntry.objects.get(act="person.move")
    assert (entry.operator, entry.actor) == (None, "Анна")
