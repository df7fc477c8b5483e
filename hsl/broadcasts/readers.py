"""For whom a preview is filled: a real person of the audience, or anybody else whom the operator chooses."""

from hsl.accounts.models import Operator
from hsl.broadcasts.audience import Audience
from hsl.broadcasts.filling import Person
from hsl.people import listing, queries
from hsl.people.cursors import Order
from hsl.people.filters import PeopleFilter
from hsl.people.list_form import wanted_of
from hsl.people.rows import Card
from hsl.school.queries import stream_titles
from hsl.school.refusals import InvalidError

NOBODY = Person(0, None, None, None)


def reader(audience: Audience, chosen: int | None) -> Card | None:
    """Who reads the preview: the one ``chosen``, else somebody of the audience, else whoever was seen last; None in a
    school without people."""
    for user_id in (chosen, *audience.people[:1]):
        if user_id is not None and (card := queries.card(user_id)) is not None:
            return card
    for wanted in (_of_audience(audience), PeopleFilter()):
        found = listing.find_quickly(wanted, Order.LAST_SEEN_DESCENDING, limit=1)
        if found and found.people:
            return queries.card(found.people[0][0].user_id)
    return None


def person_of(card: Card | None) -> Person:
    """A person as a message is filled for them; of whom nothing is known for None."""
    if card is None:
        return NOBODY
    stream = card.course_stream
    title = None if stream is None else stream_titles().get(stream, stream)
    return Person(card.user_id, card.username, card.first_name, title)


def oneself(operator: Operator) -> Person:
    """The operator, who tries a message on themselves: as the school knows them, else by the name they work under."""
    telegram_id = operator.telegram_id or 0
    card = queries.card(telegram_id)
    return Person(telegram_id, None, operator.name, None) if card is None else person_of(card)


def _of_audience(audience: Audience) -> PeopleFilter:
    try:
        if audience.filters is not None:
            return wanted_of(audience.filters)
    except InvalidError:
        return PeopleFilter()
    return PeopleFilter(group=audience.groups[0]) if audience.groups else PeopleFilter()
