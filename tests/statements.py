"""The statements that a page sends to the database."""

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

NOW_AND_THEN = 3
"""What a page may do in one request and not in the next, whatever the school: merge a sum, note who was seen."""


def statements(client: Client, url: str) -> list[str]:
    """The SQL of one request for a page that was asked for once before; meanwhile somebody wrote something."""
    client.get(url)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_xact_id()")
    with CaptureQueriesContext(connection) as asked:
        answer = client.get(url)
    assert answer.status_code == 200, f"{url} answers {answer.status_code}"
    return [query["sql"] for query in asked.captured_queries]
