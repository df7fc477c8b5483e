"""How a person of the sample school comes to know it: the first visit, the program, free lessons."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from hsl.school.sample.calendar import ATTENDANCE, Lesson
from hsl.school.sample.facts import Diary, RegistrationRow, later
from hsl.school.sample.people import Person

CHANNELS = ("instagram", "telegram_channel", "friend", "youtube", "site", "webinar")
REMINDER_BEFORE = timedelta(hours=3)
LOOKS_AHEAD = timedelta(days=21)
MOST_LESSONS = 3


@dataclass(frozen=True, slots=True)
class Acquaintance:
    """What a first weeks' story leads to: from when the person may book, and how keen they are (0 to 1)."""

    decides_from: datetime
    keenness: float


def get_acquainted(person: Person, diary: Diary, lessons: tuple[Lesson, ...]) -> Acquaintance:
    """Write the person's first visit and their free lessons."""
    rng = person.rng
    moment = person.arrived
    diary.event(person, "start_command", moment, source=rng.choice(CHANNELS))
    if rng.random() < 0.66:
        moment = later(person, moment, minutes=(0.3, 6))
        diary.event(person, "view_program", moment, course_id=1)
    if rng.random() < 0.14:
        return Acquaintance(moment, 0.02)
    return _try_lessons(person, diary, lessons, moment)


def _try_lessons(person: Person, diary: Diary, lessons: tuple[Lesson, ...], moment: datetime) -> Acquaintance:
    keenness = 0.04
    for _ in range(MOST_LESSONS):
        moment = later(person, moment, minutes=(0.4, 8))
        diary.event(person, "free_lesson_info_viewed", moment)
        lesson = _choose(person, lessons, moment)
        if lesson is None or person.rng.random() < 0.2:
            break
        came = _take_lesson(person, diary, lesson, moment)
        keenness = max(keenness, 0.46 if came else 0.1)
        moment = later(person, lesson.begins, minutes=(75, 60 * 24 * 9))
        if person.rng.random() > (0.34 if came else 0.22):
            break
        diary.event(person, "start_command", moment, source="return")
    return Acquaintance(moment, keenness)


def _choose(person: Person, lessons: tuple[Lesson, ...], moment: datetime) -> Lesson | None:
    """One of the next lessons to come, the nearest most often."""
    ahead = [lesson for lesson in lessons if timedelta(minutes=20) < lesson.begins - moment < LOOKS_AHEAD]
    return person.rng.choices(ahead, (6, 3, 1)[: len(ahead)])[0] if ahead else None


def _take_lesson(person: Person, diary: Diary, lesson: Lesson, moment: datetime) -> bool:
    """Register for ``lesson``, be reminded, perhaps come; says whether the person came."""
    rng = person.rng
    details = {"lesson_type": lesson.lesson_type, "lesson_date": lesson.lesson_date.isoformat()}
    moment = later(person, moment, minutes=(0.2, 2))
    diary.event(person, "free_lesson_registration_started", moment, **details)
    registered_at = later(person, moment, minutes=(0.5, 5))
    gave_up, will_come = rng.random() < 0.12, rng.random() < ATTENDANCE[lesson.lesson_type]
    if gave_up or registered_at > diary.now:
        return False
    _register(person, diary, lesson, registered_at)
    if registered_at < lesson.begins - REMINDER_BEFORE:
        diary.event(person, "free_lesson_reminder_sent", lesson.begins - REMINDER_BEFORE, **details)
    if will_come:
        _come(person, diary, lesson, details)
    return will_come


def _register(person: Person, diary: Diary, lesson: Lesson, moment: datetime) -> None:
    name = person.name_at(moment)
    details = {"lesson_type": lesson.lesson_type, "lesson_date": lesson.lesson_date.isoformat()}
    diary.event(person, "free_lesson_registered", moment, **details)
    confirmation_sent = diary.now - moment > timedelta(minutes=5)
    diary.registrations.append(
        RegistrationRow(
            0,
            person.user_id,
            name.username,
            name.first_name,
            person.email,
            moment,
            confirmation_sent,
            lesson.lesson_type,
            lesson.lesson_date,
        )
    )


def _come(person: Person, diary: Diary, lesson: Lesson, details: dict[str, str]) -> None:
    link = f"https://example.com/lessons/{lesson.lesson_type}"
    clicks = 2 if person.rng.random() < 0.09 else 1
    moment = later(person, lesson.begins, minutes=(-10, 18))
    for _ in range(clicks):
        diary.event(person, "lesson_link_clicked", moment, **details, link_url=link)
        moment = later(person, moment, minutes=(4, 40))
