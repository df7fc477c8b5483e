"""Whatever the bytes, an import ends with rows, with problems by line, or with a sentence."""

import io

import psycopg
from hypothesis import given, settings
from hypothesis import strategies as st

from hsl.school.importing.kinds import KINDS
from hsl.school.importing.problems import ImportRefusedError
from hsl.school.importing.service import import_facts
from tests.examples import IN_ONE_SCHOOL

CELLS = st.one_of(
    st.integers().map(str),
    st.text(max_size=20),
    st.datetimes().map(str),
    st.sampled_from(["", "3rd_stream", "1", "2", "-1", "a@example.com", "{}", "true", "infinity", '"', "\0"]),
)
COLUMNS = sorted({column.name for kind in KINDS.values() for column in kind.columns})


@st.composite
def files(draw: st.DrawFn) -> bytes:
    """Something like CSV: often with right headers, sometimes with any bytes at all."""
    header = draw(st.lists(st.sampled_from(COLUMNS), unique=True, min_size=4))
    lines = draw(st.lists(st.lists(CELLS, min_size=1, max_size=len(header)), max_size=5))
    text = "\n".join(draw(st.sampled_from(",;\t")).join(line) for line in [header, *lines])
    encoding = draw(st.sampled_from(["utf-8", "utf-8-sig", "cp1251", "utf-16"]))
    return text.encode(encoding, "replace") + draw(st.binary(max_size=10))


@settings(max_examples=150, suppress_health_check=IN_ONE_SCHOOL)
@given(kind=st.sampled_from(sorted(KINDS)), data=st.one_of(files(), st.binary(max_size=300)))
def test_an_import_never_breaks(school: psycopg.Connection, kind: str, data: bytes) -> None:
    try:
        result = import_facts(kind, io.BytesIO(data), skip_bad=True)
    except ImportRefusedError:
        return
    assert result.inserted + result.updated + result.bad == result.lines
    assert all(problem.line > 1 and problem.wrong and problem.fix for problem in result.problems)
