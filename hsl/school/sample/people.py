"""Who comes to the sample school, under which name, and when."""

import math
import random
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import zip_longest
from zoneinfo import ZoneInfo

from hsl.school.sample.calendar import HISTORY, streams
from hsl.school.sample.names import LATIN, ODD, RUSSIAN, SURNAMES, USERNAME_WORDS, Name

PEOPLE = 1998
"""Two more come with the specification's sample records."""

ODD_EVERY = 97
FIRST_ID, LAST_ID = 110_000_000, 7_900_000_000
SPECIFICATION_IDS = frozenset({123456789, 987654321})

HOURS = tuple(range(24))
HOUR_WEIGHTS = (4, 2, 1, 1, 1, 1, 2, 4, 7, 9, 10, 11, 12, 12, 11, 11, 11, 12, 14, 16, 18, 18, 14, 9)

CYRILLIC = "а б в г д е ё ж з и й к л м н о п р с т у ф х ц ч ш щ ы э ю я ъ ь"
LATIN_FOR_IT = "a b v g d e e zh z i y k l m n o p r s t u f h ts ch sh sch y e yu ya"
TRANSLITERATION = str.maketrans(dict(zip_longest(CYRILLIC.split(), LATIN_FOR_IT.split(), fillvalue="")))


@dataclass(frozen=True, slots=True)
class Person:
    """A person of the sample school.

    ``earlier_name`` is what they were called until ``renamed_at``; ``rng`` is their own source of chance, so
    that one person's story never changes another's.
    """

    user_id: int
    name: Name
    earlier_name: Name
    renamed_at: datetime
    email: str
    arrived: datetime
    rng: random.Random

    def name_at(self, moment: datetime) -> Name:
        return self.name if moment >= self.renamed_at else self.earlier_name


def people(now: datetime, zone: ZoneInfo, seed: int) -> list[Person]:
    """Everybody who had come by ``now`` (aware), in order of arrival."""
    rng = source(f"people:{seed}")
    user_ids = _user_ids(rng)
    arrivals = sorted(moment for moment in _arrivals(rng, now.astimezone(zone).date(), zone) if moment <= now)
    return [
        _person(n, user_id, arrived, source(f"person:{seed}:{n}"))
        for n, (user_id, arrived) in enumerate(zip(user_ids, arrivals, strict=False))
    ]


def source(seed: str) -> random.Random:
    """A source of chance that gives the same for the same seed, on every machine."""
    return random.Random(seed)  # noqa: S311 -- a sample's chance, no secret hangs on it


def _user_ids(rng: random.Random) -> list[int]:
    drawn: dict[int, None] = {}
    while len(drawn) < PEOPLE:
        user_id = rng.randint(FIRST_ID, LAST_ID)
        if user_id not in SPECIFICATION_IDS:
            drawn[user_id] = None
    return list(drawn)


def _arrivals(rng: random.Random, today: date, zone: ZoneInfo) -> list[datetime]:
    first = today - HISTORY
    days = [first + timedelta(days=n) for n in range(HISTORY.days + 1)]
    drawn = rng.choices(days, [_interest(day, today) for day in days], k=PEOPLE - 1)
    return [_moment(rng, day, zone) for day in (first, *drawn)]


def _interest(day: date, today: date) -> float:
    """How many come on a day: growing slowly, most before a stream starts, fewer on Saturdays."""
    growth = 1 + 0.6 * (1 - (today - day).days / HISTORY.days)
    campaign = sum(
        2.4 * math.exp(-((((stream.starts_on - day).days - 12) / 16) ** 2)) for stream in streams(today)
    )
    return (growth + campaign) * (0.7 if day.weekday() == 5 else 1)


def _moment(rng: random.Random, day: date, zone: ZoneInfo) -> datetime:
    hour = rng.choices(HOURS, HOUR_WEIGHTS)[0]
    return datetime.combine(day, time(hour, rng.randrange(60), rng.randrange(60)), zone)


def _person(n: int, user_id: int, arrived: datetime, rng: random.Random) -> Person:
    odd, rest = divmod(n, ODD_EVERY)
    name = ODD[odd] if rest == ODD_EVERY - 1 and odd < len(ODD) else _name(rng)
    earlier = Name(_username(rng, "Саша"), name.first_name) if rng.random() < 0.04 else name
    renamed_at = arrived + timedelta(days=rng.uniform(0.5, 30))
    email = f"{name.username or _latin(name.first_name) or 'student'}.{n}@example.com"
    return Person(user_id, name, earlier, renamed_at, email, arrived, rng)


def _name(rng: random.Random) -> Name:
    first_name = rng.choice(RUSSIAN if rng.random() < 0.66 else LATIN)
    username = _username(rng, first_name) if rng.random() < 0.78 else None
    if rng.random() < 0.18:
        first_name = f"{first_name} {rng.choice(SURNAMES)}"
    return Name(username, first_name)


def _username(rng: random.Random, first_name: str) -> str:
    stem = _latin(first_name) or "user"
    word = rng.choice(USERNAME_WORDS)
    number = rng.randrange(10, 1000)
    return rng.choice((f"{stem}_{word}{number}", f"{word}_{stem}{number}", f"{stem}{number}_{word}"))


def _latin(name: str | None) -> str:
    written = (name or "").lower().translate(TRANSLITERATION)
    return "".join(letter for letter in written if letter.isascii() and letter.isalnum())
