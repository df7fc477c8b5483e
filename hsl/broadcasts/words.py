"""What will happen, in words: to whom, when, for how long, for how much."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from math import ceil

from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from hsl.broadcasts.audience import Audience
from hsl.broadcasts.bot import FREE_RATE
from hsl.people.filters import ALL, NON_COURSE_USERS
from hsl.ui.templatetags.ui import number

STARS = 0.1
"""Of each message above the free ones, in paid broadcasts."""


def group_name(group: str, titles: Mapping[str, str]) -> str:
    """What a group is called."""
    words = {ALL: _("Everybody"), NON_COURSE_USERS: _("Without payment")}
    return words.get(group) or titles.get(group, group)


def audience_words(audience: Audience, titles: Mapping[str, str]) -> str:
    """“3-й поток, выбранные люди: 2; кроме: без оплаты”."""
    parts = [group_name(group, titles) for group in audience.groups]
    if audience.people:
        parts.append(_("chosen one by one: %(count)s") % {"count": number(len(audience.people))})
    if audience.filters is not None:
        parts.append(_("found in the list of people"))
    said = ", ".join(parts)
    if not audience.minus:
        return said
    minus = ", ".join(group_name(group, titles) for group in audience.minus)
    return _("%(who)s; except: %(minus)s") % {"who": said, "minus": minus}


def sentence(people: int, who: str, at: datetime | None, rate: float) -> str:
    """“1 243 человека (3-й поток) получат это во вторник 2 сентября в 18:00; около 42 с.”"""
    words = ngettext(
        "%(count)s person (%(who)s) will get this %(when)s; %(duration)s.",
        "%(count)s people (%(who)s) will get this %(when)s; %(duration)s.",
        people,
    )
    return words % {
        "count": number(people),
        "who": who,
        "when": when_words(at),
        "duration": duration_words(people / rate),
    }


def when_words(at: datetime | None) -> str:
    """“now”, “today at 18:00”, “on Tuesday 2 September at 18:00”: in the school's zone, with another year's number."""
    if at is None:
        return pgettext("when it is sent", "now")
    local, today = timezone.localtime(at), timezone.localdate()
    clock = formats.time_format(local, "H:i")
    if local.date() == today:
        return _("today at %(time)s") % {"time": clock}
    if local.date() == today + timedelta(days=1):
        return _("tomorrow at %(time)s") % {"time": clock}
    day = formats.date_format(local, "j E" if local.year == today.year else "j E Y")
    return _("%(weekday)s %(day)s at %(time)s") % {"weekday": _on(local.weekday()), "day": day, "time": clock}


def duration_words(seconds: float) -> str:
    """“about 42 s”, “about 7 min”, “about 3 h 20 min”."""
    whole = max(ceil(seconds), 1)
    if whole < 90:
        return _("about %(n)s s") % {"n": whole}
    minutes = ceil(whole / 60)
    if minutes < 90:
        return _("about %(n)s min") % {"n": minutes}
    return _("about %(hours)s h %(minutes)s min") % {"hours": minutes // 60, "minutes": minutes % 60}


def stars(people: int, rate: float) -> int:
    """What a paid broadcast costs at so many messages a second: each second's above the free ones, in whole Stars."""
    return ceil(max(1 - FREE_RATE / rate, 0) * people * STARS)


def stars_words(people: int, rate: float) -> str:
    """“about 121 Stars”, “no Stars at this rate”."""
    cost = stars(people, rate)
    if not cost:
        return _("no Stars at this rate")
    return ngettext("about %(count)s Star", "about %(count)s Stars", cost) % {"count": number(cost)}


def cost_words(people: int, rate: float) -> str:
    """“It costs about 121 Stars.”, “It costs nothing at this rate.”"""
    if not stars(people, rate):
        return _("It costs nothing at this rate.")
    return _("It costs %(stars)s.") % {"stars": stars_words(people, rate)}


def _on(weekday: int) -> str:
    return (
        _("on Monday"),
        _("on Tuesday"),
        _("on Wednesday"),
        _("on Thursday"),
        _("on Friday"),
        _("on Saturday"),
        _("on Sunday"),
    )[weekday]
