"""Translations: ``python -m hsl.ui.translations compile|extract|check``.

The source language is English, in the code; ``locale/ru`` holds the Russian. ``compile`` makes the files that
Django reads and needs no gettext on the machine; ``extract`` and ``check`` use that of requirements/dev.txt.
"""

import os
import sys
from pathlib import Path

import django
import polib
from django.conf import settings
from django.core.management import call_command

IGNORED = ["node_modules", "build", "staticfiles", "tests", "benchmarks"]


def catalogues() -> list[Path]:
    """The ``.po`` files of the product."""
    return sorted(Path(settings.BASE_DIR, "locale").glob("*/LC_MESSAGES/django.po"))


def compile_all() -> None:
    """Write the ``.mo`` beside each ``.po``, with what is translated and not in doubt."""
    for path in catalogues():
        polib.pofile(str(path)).save_as_mofile(str(path.with_suffix(".mo")))


def extract() -> None:
    """Bring each ``.po`` up to date: new sentences empty, changed ones in doubt, others gone."""
    os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    os.chdir(settings.BASE_DIR)
    languages = [path.parent.parent.name for path in catalogues()]
    call_command(
        "makemessages",
        locale=languages,
        ignore_patterns=IGNORED,
        add_location="never",
        no_obsolete=True,
        verbosity=0,
    )
    for path in catalogues():
        catalogue = polib.pofile(str(path), wrapwidth=110)
        catalogue.metadata.pop("POT-Creation-Date", None)
        catalogue.save()


def check() -> list[str]:
    """What is wrong with the ``.po`` files, which stay as they are: a line for each sentence of the code that
    is not translated, or in doubt."""
    before = {path: path.read_bytes() for path in catalogues()}
    try:
        extract()
        return [
            f"{path.parent.parent.name}: {'in doubt' if entry.fuzzy else 'not translated'}: {entry.msgid}"
            for path in before
            for entry in polib.pofile(str(path))
            if entry.fuzzy or not entry.translated()
        ]
    finally:
        for path, content in before.items():
            path.write_bytes(content)


def main(command: str) -> None:
    """Run one of the three commands; ``check`` exits 1 naming what is missing."""
    django.setup()
    if command == "check":
        if wrong := check():
            sys.exit("\n".join([*wrong, "Run python -m hsl.ui.translations extract, then translate"]))
    elif command in ("compile", "extract"):
        {"compile": compile_all, "extract": extract}[command]()
    else:
        sys.exit("Usage: python -m hsl.ui.translations compile|extract|check")


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hsl.settings")
    main(" ".join(sys.argv[1:]))
