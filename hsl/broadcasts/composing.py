"""What the compose page sends, as a draft and its time. Reading never fails: what can't be is said by ``refusals``."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import NamedTuple

from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from hsl.broadcasts import audience as audiences
from hsl.broadcasts.audience import Audience, Reach
from hsl.broadcasts.content import KINDS, Content, MediaRef
from hsl.broadcasts.messages import Broadcast
from hsl.broadcasts.services import Draft, refuse_time
from hsl.broadcasts.spending import paid_allowed
from hsl.broadcasts.validation import problems
from hsl.people.groups import groups
from hsl.people.queries import LARGEST_ID, LEAST_ID
from hsl.school.refusals import InvalidError
from hsl.telegram.bot import our_bot
from hsl.telegram.messages import Button

LONGEST_TEXT = 20_000
"""Characters of HTML that are read; Telegram takes 4,096 of what people see."""
LONGEST_BUTTONS = 100_000
# What the API calls the parts of an audience; on the page the sentence stands beside them.
_FIELD = re.compile(r"^(?:recipients|recipient_group|user_ids): ")


class BadTimeError(ValueError):
    """A time that can't be; the sentence is in the reader's language."""


@dataclass(frozen=True, slots=True)
class Composed:
    """A message as it stands on the page. ``day`` and ``time`` are as they were typed, in the school's zone, and mean
    something where it goes out ``later``. ``key``: of the page, so that it makes one message however often it is sent.
    """

    draft: Draft
    later: bool = False
    day: str = ""
    time: str = ""
    key: str = ""

    @property
    def content(self) -> Content:
        """What is sent."""
        return self.draft.content

    @property
    def audience(self) -> Audience:
        """To whom."""
        return self.draft.audience

    def at(self) -> datetime | None:
        """When it goes out (UTC); None for now. Raises BadTimeError."""
        return moment(self.day, self.time) if self.later else None


def composed(sent: QueryDict) -> Composed:
    """What a form of the page holds."""
    audience = Audience(
        groups=tuple(dict.fromkeys(sent.getlist("group"))),
        people=_people(sent.getlist("person")),
        filters=sent.get("filters"),
        minus=tuple(dict.fromkeys(sent.getlist("minus"))),
    )
    return Composed(
        Draft(content_of(sent), audience, quiet="quiet" in sent),
        later=sent.get("when") == "later",
        day=sent.get("day", "").strip(),
        time=sent.get("time", "").strip(),
        key=sent.get("key", "")[:64],
    )


def content_of(sent: QueryDict) -> Content:
    """The part of the form that says what is sent."""
    return Content(
        text=sent.get("text", "")[:LONGEST_TEXT].replace("\r\n", "\n"),
        media=_media(sent),
        buttons=_buttons(sent.get("buttons", "")[:LONGEST_BUTTONS]),
        silent="silent" in sent,
        protected="protected" in sent,
        link_preview="link_preview" in sent,
        tracked="tracked" in sent,
        paid="paid" in sent,
    )


def composed_of(message: Broadcast) -> Composed:
    """A draft as it was kept."""
    at = message.scheduled_at and timezone.localtime(message.scheduled_at)
    return Composed(
        Draft(message.content, message.audience, message.quiet),
        later=at is not None,
        day=f"{at:%Y-%m-%d}" if at else "",
        time=f"{at:%H:%M}" if at else "",
    )


def moment(day: str, at: str) -> datetime:
    """The moment (UTC) of a day and a time of the school's zone.

    Raises BadTimeError: it is no time, has passed, is years ahead, or is one that the clock skips.
    """
    try:
        naive = datetime.combine(date.fromisoformat(day), time.fromisoformat(at))
        local = naive.replace(second=0, microsecond=0, tzinfo=timezone.get_current_timezone())
        found = local.astimezone(UTC)
    except (ValueError, OverflowError):
        raise BadTimeError(_("Give a day and a time.")) from None
    if found.astimezone(timezone.get_current_timezone()).replace(tzinfo=None) != local.replace(tzinfo=None):
        raise BadTimeError(_("The clock skips this time that day: give another one."))
    try:
        refuse_time(found)
    except InvalidError as error:
        raise BadTimeError(error.beside_its_field()[1]) from error
    return found


class Refused(NamedTuple):
    """What stands in the way: a sentence each, by part of the page (``who``, ``text``, ``media``, ``buttons``,
    ``when``, ``paid``); and whom it would reach, where that can be told."""

    by_part: dict[str, str]
    reach: Reach | None


def refusals(written: Composed) -> Refused:
    """Why the message can't go out as it stands."""
    reach, who = reach_of(written.audience)
    found = {"who": who, "when": "", **problems(written.content)}
    if reach is not None and not reach.reachable:
        found["who"] = _("There is nobody in this audience whom the bot reaches.")
    if written.content.paid and not paid_allowed():
        found["paid"] = _("Paid broadcasting is off: the owner switches it on in the settings.")
    try:
        written.at()
    except BadTimeError as error:
        found["when"] = str(error)
    return Refused({part: sentence for part, sentence in found.items() if sentence}, reach)


def reach_of(audience: Audience) -> tuple[Reach | None, str]:
    """Whom an audience reaches now; None and a sentence where it is none."""
    known = {name for name, _people in groups()}
    for group in (*audience.groups, *audience.minus):
        if group not in known:
            return None, _("There is no group called %(group)s.") % {"group": group}
    try:
        audiences.check(audience)
    except InvalidError as error:
        said = _FIELD.sub("", str(error))
        return None, said[:1].upper() + said[1:]
    return audiences.reach(audience, our_bot()), ""


def _people(texts: Iterable[str]) -> tuple[int, ...]:
    found = (int(text) for text in texts if text.removeprefix("-").isdecimal() and len(text) <= 20)
    return tuple(dict.fromkeys(user_id for user_id in found if LEAST_ID <= user_id <= LARGEST_ID))


def _media(sent: Mapping[str, str]) -> MediaRef | None:
    kind, upload = sent.get("media_kind", ""), sent.get("media_upload", "")
    file_id = sent.get("media_file_id", "").strip()
    known = next((each for each in KINDS if each == kind), None)
    if known is None or not (upload or file_id):
        return None
    number = int(upload) if upload.isdecimal() and len(upload) < 19 else None
    return MediaRef(known, file_id if number is None else "", number)


def _buttons(text: str) -> tuple[tuple[Button, ...], ...]:
    """Rows of buttons out of JSON; what is no button is an empty one, which is refused in its place."""
    try:
        rows = json.loads(text) if text else []
    except ValueError:
        rows = None
    if not isinstance(rows, list):
        rows = [[None]]
    read = (tuple(_button(each) for each in (row if isinstance(row, list) else [None])) for row in rows)
    return tuple(row for row in read if row)


def _button(each: object) -> Button:
    named: Mapping[str, object] = each if isinstance(each, dict) else {}
    text, url, command = (str(named.get(name) or "").strip() for name in ("text", "url", "callback_data"))
    return Button(text, url, command)
