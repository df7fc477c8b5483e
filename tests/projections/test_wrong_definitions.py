"""What the fold makes by a wrong definition, verify finds: it has the rules from no function of the fold's."""

from collections.abc import Callable

import pytest

from hsl.projections.fold import fold_to_the_end
from hsl.projections.verify import verify
from tests.adoption.bots import as_hsl
from tests.databases import Database

NAMES = """
INSERT INTO public.events (user_id, event_type, username, first_name) VALUES
  (1, 'start_command', 'Anna', 'Анна'), (2, 'start_command', NULL, 'Ёжик'), (3, 'start_command', 'x', E'a\\nb'),
  (4, 'start_command', NULL, ' Яна '), (5, 'start_command', 'long', repeat('ю', 70)), (6, 'start_command', '', NULL)
"""
LEADS = """
INSERT INTO public.events (user_id, event_type, created_at)
SELECT p.user_id, 'start_command', '2025-09-10 12:00+03'::timestamptz - make_interval(days => n % p.days)
FROM (VALUES (11, 20, 5), (12, 20, 4), (13, 10, 3), (14, 10, 2), (15, 5, 1), (16, 7, 7))
       AS p (user_id, events, days), generate_series(1, p.events) AS n
"""
LETTER, SEARCHABLE = "first_letter(text)", "searchable(text)"
CACHE = "define_user_cache(hsl.booked[],hsl.registered[],hsl.happened[])"
RANK, STANDING = "lead_rank(integer,integer)", "lead_standing(integer[])"


@pytest.mark.parametrize(
    ("function", "right", "wrong", "found"),
    [
        (LETTER, "hsl.fold(name)", "name", "first_letter is"),
        (LETTER, "абвгдеё", "абвгде", "first_letter is"),
        (LETTER, "'#'", "'?'", "first_letter is"),
        (SEARCHABLE, "hsl.fold", "", "names is"),
        (SEARCHABLE, r"translate(name, E'\n\r', '  ')", "name", "names is"),
        (CACHE, "'ё', 'е'", "'ё', 'ё'", "sort_name is"),
        (CACHE, "btrim", "", "sort_name is"),
        (CACHE, ", 64)", ", 65)", "sort_name is"),
        (CACHE, r"U&'\+10FFFF'", "''", "sort_name is"),
        (CACHE, "coalesce(nullif(p.username, ''), p.first_name, '')", "p.username", "first_letter is"),
        (RANK, "events >= 20", "events >= 21", "lead_counts"),
        (RANK, "days >= 5", "days >= 4", "lead_counts"),
        (RANK, "events >= 10", "events >= 11", "lead_counts"),
        (RANK, "days >= 3", "days >= 2", "lead_counts"),
        (RANK, "events >= 5", "events >= 6", "lead_counts"),
        (STANDING, "ARRAY events", "ARRAY events[1:4]", "lead_counts"),
    ],
)
def test_a_wrong_definition_does_not_verify(
    fresh_database: Callable[[], Database], function: str, right: str, wrong: str, found: str
) -> None:
    database = fresh_database()
    with database.connect() as before:
        (text,) = before.execute(
            "SELECT pg_get_functiondef(%s::regprocedure)", [f"hsl.{function}"]
        ).fetchall()[0]
        assert right in text
        before.execute(text.replace(right, wrong).encode())
    with as_hsl(database) as ours:
        ours.execute(NAMES)
        ours.execute(LEADS)
        fold_to_the_end(ours)
        (difference,) = verify(ours).differences
    assert all(found in example for example in difference.examples)
