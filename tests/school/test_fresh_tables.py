"""In a database of our own the tables are the specification's: columns, types, what may be empty, defaults, values.

The views over them say the types anyway, by casts; so this looks at the tables themselves.
"""

import psycopg
import pytest

from hsl.projections.gate import Connection

# The data model's entities, and where it is open the design: names of a booking and an event, what our own ways in
# always give (a moment, a status, an email), streams whose every word but the id is optional.
TABLES = {
    "public.bookings": """
        id integer NOT NULL nextval('bookings_id_seq'::regclass)
        user_id bigint NOT NULL
        username text
        first_name text
        course_id integer NOT NULL
        course_stream text
        confirmed integer NOT NULL 1
        created_at timestamp with time zone NOT NULL now()
        referral_code text
        discount_percent integer
    """,
    "public.free_lesson_registrations": """
        id integer NOT NULL nextval('free_lesson_registrations_id_seq'::regclass)
        user_id bigint NOT NULL
        username text
        first_name text
        email text NOT NULL
        registered_at timestamp with time zone NOT NULL now()
        notification_sent boolean NOT NULL false
        lesson_type text
        lesson_date date
    """,
    "public.events": """
        id integer NOT NULL nextval('events_id_seq'::regclass)
        user_id bigint NOT NULL
        username text
        first_name text
        event_type text
        created_at timestamp with time zone NOT NULL now()
        details jsonb
    """,
    "public.message_history": """
        id integer NOT NULL nextval('message_history_id_seq'::regclass)
        message_text text NOT NULL
        total_recipients integer NOT NULL 0
        successful_deliveries integer 0
        sent_at timestamp with time zone CURRENT_TIMESTAMP
        created_at timestamp with time zone CURRENT_TIMESTAMP
        recipient_type text
        recipient_group text
        scheduled_at timestamp with time zone
    """,
    "public.message_recipients": """
        id integer NOT NULL nextval('message_recipients_id_seq'::regclass)
        message_id integer NOT NULL
        user_id bigint NOT NULL
        username text
        delivery_status text 'pending'::text
        created_at timestamp with time zone CURRENT_TIMESTAMP
        telegram_message_id integer
    """,
    "hsl.courses": """
        id integer NOT NULL
        title text NOT NULL
    """,
    "hsl.course_streams": """
        id bigint NOT NULL
        course_stream text NOT NULL
        title text NOT NULL
        starts_on date
        ends_on date
        seats integer
        course_id integer NOT NULL
        sale_starts_on date
        archived_at timestamp with time zone
    """,
}
COLUMNS = """
SELECT concat_ws(' ', column_name, data_type, CASE is_nullable WHEN 'NO' THEN 'NOT NULL' END, column_default)
FROM information_schema.columns WHERE table_schema || '.' || table_name = %s ORDER BY ordinal_position
"""
TO_SOMEBODY = """
INSERT INTO public.message_history (message_text) VALUES ('hello');
INSERT INTO public.message_recipients (message_id, user_id) SELECT id, 1 FROM public.message_history
"""


@pytest.mark.parametrize("table", TABLES)
def test_columns_are_the_specifications(bot: Connection, table: str) -> None:
    columns = bot.execute(COLUMNS, [table]).fetchall()
    assert [column for (column,) in columns] == [line.strip() for line in TABLES[table].strip().splitlines()]


@pytest.mark.parametrize("status", ["pending", "sending", "sent", "failed", "unknown", "deleted", None])
def test_a_recipient_has_any_status_of_a_delivery(bot: Connection, status: str | None) -> None:
    bot.execute(TO_SOMEBODY)
    bot.execute("UPDATE public.message_recipients SET delivery_status = %s", [status])
    assert bot.execute("SELECT delivery_status FROM public.message_recipients").fetchall() == [(status,)]


@pytest.mark.parametrize("kind", ["individual", "group", None])
def test_a_message_goes_to_individuals_or_a_group(bot: Connection, kind: str | None) -> None:
    bot.execute(TO_SOMEBODY)
    bot.execute("UPDATE public.message_history SET recipient_type = %s", [kind])
    assert bot.execute("SELECT recipient_type FROM public.message_history").fetchall() == [(kind,)]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE public.message_recipients SET delivery_status = 'delivered'",
        "UPDATE public.message_recipients SET delivery_status = 'Sent'",
        "UPDATE public.message_recipients SET delivery_status = ''",
        "UPDATE public.message_history SET recipient_type = 'all'",
        "UPDATE public.message_history SET recipient_type = ''",
    ],
)
def test_another_value_is_refused_whoever_writes_it(bot: Connection, statement: str) -> None:
    bot.execute(TO_SOMEBODY)
    with pytest.raises(psycopg.errors.CheckViolation):
        bot.execute(statement.encode())
