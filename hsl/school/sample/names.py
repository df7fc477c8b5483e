"""The names that the sample school's people go by."""

from dataclasses import dataclass


def _words(text: str) -> list[str]:
    return text.split()


RUSSIAN = _words(
    "Анна Мария Екатерина Ольга Наталья Елена Татьяна Ирина Светлана Юлия Анастасия Дарья Полина Ксения "
    "Виктория Алина Вера Софья Алёна Марина Настя Катя Даша Лена Оля Женя Саша Алексей Дмитрий Сергей "
    "Андрей Михаил Иван Павел Николай Владимир Артём Максим Никита Егор Илья Роман Кирилл Антон Олег "
    "Тимур Фёдор Семён Глеб Матвей Дима Лёша Серёжа Паша Рустам Айгуль Эльдар Гульнара Зарина"
)

LATIN = _words(
    "Anna Maria Elena Olga Kate Julia Dasha Polina Sofia Alina Vika Nastya Alexey Dmitry Sergey Andrey "
    "Mikhail Ivan Pavel Nick Max Artem Roman Kirill Anton Oleg Timur Egor Alex Eugene Victor Daniel David "
    "Mark Leo Emma Olivia Nora Lucas Felix Zoë José Łukasz Jürgen"
)

SURNAMES = _words(
    "Иванова Смирнов Кузнецова Попов Соколова Лебедев Козлова Новиков Морозова Петров Волкова Соловьёв "
    "Васильева Зайцев Павлова Семёнов Голубева Виноградов Богданова Воробьёв Фёдорова Михайлов Беляева "
    "Тарасов Белова"
)

USERNAME_WORDS = _words(
    "dev code vibe pro art design fox sun moon blue tech lab life road sky north tea cat book run hello "
    "real one music photo travel kit wave"
)


@dataclass(frozen=True, slots=True)
class Name:
    """What Telegram calls a person; either part may be missing."""

    username: str | None
    first_name: str | None


ODD = (
    Name(None, None),
    Name(None, None),
    Name(None, "🦊"),
    Name("vibe_fox", "Лиса 🦊✨"),
    Name(None, "👩‍💻"),
    Name("bold_ivan", "<b>Иван</b>"),
    Name("tagged_olga", '"><script>alert(1)</script>'),
    Name(None, "محمد"),
    Name("noa_codes", "נועה"),
    Name("rlo_master", "\u202eнавИ"),
    Name("long_name_student", "Константин-Александр Великолепный-Замечательный Прекраснославский"[:64]),
    Name(None, "W" * 64),
    Name("a" * 32, "А"),
    Name("hundred_percent", "100%_уверен"),
    Name("robert_tables", "Robert'); DROP TABLE bookings;--"),
    Name("zhanna_e", "Ёлка"),
    Name(None, "李雷"),
    Name("snowman", " ☃ "),
    Name(None, "é́́"),
)
"""People whom a page must show right: nameless, emoji, markup, right to left, as long as Telegram allows."""
