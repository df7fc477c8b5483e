"""The specification's sample records with their own ids, exactly as written (data model, Sample Data).

The booking carries the names of the sample user, whose booking it is; where the samples leave a person
without the fact that would go before (a lesson attended without a registration), none is invented.
"""

import json
from datetime import UTC, date, datetime

from hsl.school.sample.facts import BookingRow, EventRow, RegistrationRow

BOOKING = BookingRow(
    id=1001,
    user_id=123456789,
    username="alex_smith",
    first_name="Alex",
    course_id=1,
    course_stream="3rd_stream",
    confirmed=2,
    created_at=datetime(2025, 9, 1, 10, 30, tzinfo=UTC),
    referral_code="FRIEND20",
    discount_percent=20,
)

REGISTRATION = RegistrationRow(
    id=5001,
    user_id=987654321,
    username="maria_jones",
    first_name="Maria",
    email="maria@example.com",
    registered_at=datetime(2025, 9, 2, 14, 15, tzinfo=UTC),
    notification_sent=True,
    lesson_type="intro_to_python",
    lesson_date=date(2025, 9, 5),
)

EVENT = EventRow(
    id=4001,
    user_id=123456789,
    username=None,
    first_name=None,
    event_type="lesson_link_clicked",
    created_at=datetime(2025, 9, 2, 19, 30, tzinfo=UTC),
    details=json.dumps(
        {"lesson_type": "advanced_python", "link_url": "https://example.com/lessons/advanced_python"}
    ),
)

MESSAGE_COLUMNS = (
    "id",
    "message_text",
    "total_recipients",
    "successful_deliveries",
    "sent_at",
    "created_at",
    "recipient_type",
    "recipient_group",
)
MESSAGE = (
    2001,
    "Don't forget about tomorrow's coding session!",
    45,
    43,
    datetime(2025, 9, 2, 18, 0, tzinfo=UTC),
    datetime(2025, 9, 2, 17, 55, tzinfo=UTC),
    "group",
    "3rd_stream",
)

RECIPIENT_COLUMNS = (
    "id",
    "message_id",
    "user_id",
    "username",
    "delivery_status",
    "created_at",
    "telegram_message_id",
)
RECIPIENT = (3001, 2001, 123456789, "alex_smith", "sent", datetime(2025, 9, 2, 17, 55, 1, tzinfo=UTC), 5001)
