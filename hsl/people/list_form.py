"""The filters of the list of people, read out of an address."""

from django.http import HttpRequest, QueryDict
from django.urls import reverse
from django.utils.translation import gettext_noop as _

from hsl.people.filters import PeopleFilter
from hsl.people.forms import PeopleForm
from hsl.people.groups import groups
from hsl.people.queries import booked_streams, lesson_types
from hsl.school.lessons import lesson_name, lesson_titles
from hsl.school.queries import stream_titles
from hsl.school.refusals import InvalidError


def list_form(query: QueryDict, names: list[str] | None = None) -> PeopleForm:
    """The form of what stands in the list's address after the "?". ``names``: of the groups that there are, where they
    are known already."""
    request = HttpRequest()
    request.GET, request.path = query, reverse("people")  # type: ignore[assignment] # the stubs want the one Django made
    known = [name for name, _n in groups()] if names is None else names
    titles = lesson_titles()
    lessons = {name: lesson_name(name, titles.get(name)) for name in lesson_types()}
    return PeopleForm(request, groups=known, streams={**booked_streams(), **stream_titles()}, lessons=lessons)


def wanted_of(query: str) -> PeopleFilter:
    """The people whom such an address asks for. Raises InvalidError naming what can't be read."""
    form = list_form(QueryDict(query))
    if not form.is_valid():
        name, problem = form.problems()[0]
        raise InvalidError(_("%(field)s: %(problem)s"), field=name, problem=problem)
    return form.wanted
