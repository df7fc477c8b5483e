"""What people call a lesson."""


def lesson_name(lesson_type: str, title: str | None) -> str:
    """The title that the school gave to a lesson type; without one a type that bots write as ``intro_to_python`` is
    “Intro to python”."""
    if title:
        return title
    words = " ".join(lesson_type.replace("_", " ").split())
    return words[:1].upper() + words[1:] or lesson_type
