"""Every command and every setting is documented, and nothing else is; no document was left half merged."""

import re
from collections.abc import Iterator
from pathlib import Path

import typer

from hsl.cli import app

ROOT = Path(__file__).resolve().parents[2]


def commands(command: object, name: str = "hsl") -> Iterator[tuple[str, str]]:
    """Names of the commands under ``command``, with their help."""
    children = getattr(command, "commands", None)
    if children is None:
        yield name, getattr(command, "help", None) or ""
        return
    for child, found in children.items():
        yield from commands(found, f"{name} {child}")


def test_each_command_is_documented_and_has_help() -> None:
    found = dict(commands(typer.main.get_command(app)))
    text = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^### `(hsl[a-z -]+)`$", text, re.MULTILINE)) == set(found)
    assert [name for name, help_ in found.items() if not help_] == []


def test_each_setting_is_documented() -> None:
    read = {
        name
        for path in (ROOT / "hsl").rglob("*.py")
        for name in re.findall(
            r"""(?:env\.\w+\(|environ\.get\(|environ\[)\s*["'](HSL_\w+|DATABASE_URL)["']""",
            path.read_text(encoding="utf-8"),
        )
    }
    text = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^\| `(\w+)` \|", text, re.MULTILINE)) == read


def test_the_readme_names_each_document() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert [path.name for path in (ROOT / "docs").glob("*.md") if f"docs/{path.name}" not in readme] == []


def test_the_index_names_each_document_and_decision() -> None:
    docs = ROOT / "docs"
    named = re.findall(r"\]\(([^)]+)\)", (docs / "README.md").read_text(encoding="utf-8"))
    written = [path.relative_to(docs).as_posix() for path in docs.rglob("*.md")]
    assert sorted([*named, "README.md"]) == sorted(written)


def test_what_documents_link_to_is_there() -> None:
    for path in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]:
        for link in re.findall(r"\]\(([^)#:]+)\)", path.read_text(encoding="utf-8")):
            assert (path.parent / link).exists(), f"{path.name}: {link}"


def test_no_document_holds_the_marks_of_a_merge() -> None:
    documents = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "tests").rglob("*.md")]
    marks = re.compile(r"^(<{7}|={7}|>{7})( |$)", re.MULTILINE)
    assert [path.name for path in documents if marks.search(path.read_text(encoding="utf-8"))] == []
