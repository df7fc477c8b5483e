"""The .sql files that stand beside the code."""

from functools import cache
from pathlib import Path


@cache
def read_sql(beside: str, name: str) -> str:
    """The text of the .sql file ``name`` in the folder of the module whose ``__file__`` is ``beside``."""
    return (Path(beside).parent / name).read_text(encoding="utf-8")
