"""Paging by key, on rows that share what they are sorted by."""

from base64 import urlsafe_b64encode
from contextlib import suppress
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import connection
from hypothesis import example, given
from hypothesis import strategies as st

from hsl.ui.keyset import Cursor, Order, Page, read_page

ROWS = [(f"name {number // 3}", number) for number in range(20)]
TEXT = """
SELECT name, id FROM (VALUES {rows}) AS t (name, id) WHERE {{after}} ORDER BY {{order}} LIMIT %(limit)s
""".format(rows=", ".join(f"('{name}', {number})" for name, number in ROWS))


def page(order: Order, cursor: Cursor | None, size: int) -> Page[tuple[Any, ...]]:
    """A page of ``ROWS`` by PostgreSQL."""

    def fetch(at: Cursor | None, limit: int) -> list[tuple[Any, ...]]:
        with connection.cursor() as it:
            it.execute(order.into(TEXT, at), order.parameters(at, limit))
            return list(it.fetchall())

    return read_page(fetch, cursor, lambda row: row, size)


@pytest.mark.django_db
@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("size", [1, 3, 7, 19, 20, 21])
def test_every_row_is_on_one_page_going_further_and_going_back(size: int, *, descending: bool) -> None:
    order = Order((("name", str), ("id", int)), descending=descending)
    there, at = [page(order, None, size)], None
    while (at := there[-1].older) is not None:
        there.append(page(order, order.read(str(at)), size))

    assert [row for one in there for row in one.rows] == sorted(ROWS, reverse=descending)
    for one, before in zip(there[:0:-1], there[-2::-1], strict=True):
        assert one.newer is not None
        back = page(order, order.read(str(one.newer), backwards=True), size)
        assert back.rows == before.rows
    assert there[0].newer is None


@given(
    st.tuples(
        st.integers(-(2**63), 2**63 - 1),
        st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])),
        st.datetimes(timezones=st.just(UTC)),
        st.dates(),
    )
)
def test_a_cursor_survives_the_address(keys: tuple[int, str, datetime, date]) -> None:
    order = Order((("a", int), ("b", str), ("c", datetime), ("d", date)))

    assert order.read(str(Cursor(keys))) == Cursor(keys)


@given(st.text() | st.from_regex(r"[A-Za-z0-9_-]*", fullmatch=True))
@example(urlsafe_b64encode(b"[" * 100_000).decode())
def test_any_text_is_a_cursor_or_refused(text: str) -> None:
    with suppress(ValueError):
        (key,) = Order((("a", int),)).read(text).keys
        assert isinstance(key, int)
