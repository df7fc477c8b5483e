"""How much of a machine's memory the embedded database takes."""

from pathlib import Path

import pytest

from hsl.memory import GIGABYTE, MEGABYTE, database_memory, memory


def test_a_container_has_no_more_than_it_is_given(tmp_path: Path) -> None:
    (limit := tmp_path / "memory.max").write_text("536870912\n")
    assert memory((limit,)) == 512 * MEGABYTE


@pytest.mark.parametrize("words", ["max\n", ""])
def test_without_a_limit_it_is_the_machines(tmp_path: Path, words: str) -> None:
    (limit := tmp_path / "memory.max").write_text(words)
    assert memory((limit, tmp_path / "missing")) == memory(()) > 0


@pytest.mark.parametrize(
    ("there", "buffers"),
    [
        (256 * MEGABYTE, "64MB"),
        (2 * GIGABYTE, "256MB"),
        (24 * GIGABYTE, "3072MB"),
        (256 * GIGABYTE, "4096MB"),
    ],
)
def test_the_database_takes_an_eighth_and_never_much(there: int, buffers: str) -> None:
    assert database_memory(there)["shared_buffers"] == buffers
