"""The people that an operator has chosen in the list: these, or all that match."""

import re
from typing import NamedTuple

from django.http import QueryDict
from django.utils.translation import gettext_noop as _

from hsl.people import listing
from hsl.people.list_form import wanted_of
from hsl.people.queries import LARGEST_ID, LEAST_ID
from hsl.people.services import BATCH
from hsl.school.refusals import InvalidError


class Chosen(NamedTuple):
    """``people`` people: ``user_ids`` where they are few, else all whom the filters ``query`` match."""

    people: int
    user_ids: list[int] | None
    query: str


def chosen(sent: QueryDict) -> Chosen:
    """What the form of the list sent: boxes ``person``, or ``everyone`` and the filters as ``query``.

    Raises InvalidError where it says nobody, or what can't be read.
    """
    if sent.get("everyone"):
        query = sent.get("query", "")
        wanted = wanted_of(query)
        count = listing.count(wanted)
        found = Chosen(count, list(listing.ids(wanted)) if count <= BATCH else None, query)
    else:
        user_ids = list(dict.fromkeys(_user_id(text) for text in sent.getlist("person")))
        found = Chosen(len(user_ids), user_ids, "")
    if not found.people:
        raise InvalidError(_("person: choose at least one person in the list"))
    if found.user_ids is not None and len(found.user_ids) > BATCH:
        raise InvalidError(_("person: choose at most %(most)s people, or all that match"), most=BATCH)
    return found


def _user_id(text: str) -> int:
    if not re.fullmatch(r"-?[0-9]{1,19}", text) or not LEAST_ID <= int(text) <= LARGEST_ID:
        raise InvalidError(_("person: %(text)s is no Telegram id"), text=text)
    return int(text)
