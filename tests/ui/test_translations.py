"""Every sentence has its Russian, and the machine needs no gettext to read it."""

import gettext
import re
from pathlib import Path

import pytest
from django.conf import settings

from hsl.ui import translations


@pytest.fixture(autouse=True)
def _folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(settings.BASE_DIR)


def test_every_sentence_of_the_code_is_translated() -> None:
    assert translations.check() == []


def test_a_sentence_without_translation_is_found_and_the_catalogue_left_alone(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    catalogue = tmp_path / "locale/ru/LC_MESSAGES/django.po"
    catalogue.parent.mkdir(parents=True)
    catalogue.write_text('msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n', encoding="utf-8")
    (tmp_path / "page.py").write_text('from django.utils.translation import gettext\ngettext("Hello")\n')
    monkeypatch.setattr(settings, "BASE_DIR", tmp_path)
    monkeypatch.setattr(settings, "LOCALE_PATHS", [tmp_path / "locale"])
    before = catalogue.read_bytes()

    assert translations.check() == ["ru: not translated: Hello"]
    assert catalogue.read_bytes() == before


def test_compiling_gives_what_django_reads(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    catalogue = tmp_path / "locale/ru/LC_MESSAGES/django.po"
    catalogue.parent.mkdir(parents=True)
    catalogue.write_bytes(Path(settings.BASE_DIR, "locale/ru/LC_MESSAGES/django.po").read_bytes())
    monkeypatch.setattr(settings, "BASE_DIR", tmp_path)

    translations.compile_all()

    with catalogue.with_suffix(".mo").open("rb") as file:
        read = gettext.GNUTranslations(file)
    assert read.gettext("Overview") == "Обзор"
    minutes = [
        read.ngettext("%(count)s minute ago", "%(count)s minutes ago", n) % {"count": n}
        for n in (1, 2, 5, 21)
    ]
    assert minutes == ["1 минуту назад", "2 минуты назад", "5 минут назад", "21 минуту назад"]


def test_no_sentence_hides_from_the_extraction_behind_a_name_of_ours() -> None:
    """xgettext knows ``_`` and Django's own names alone."""
    hidden = re.compile(r"import [\w, ]*\b(?:un)?(?:n|p|np)?gettext\w* as (?!_\b)\w+")
    code = Path(settings.BASE_DIR, "hsl").rglob("*.py")
    assert [str(path) for path in code if hidden.search(path.read_text(encoding="utf-8"))] == []
