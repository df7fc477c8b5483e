"""Every endpoint of the API, with a call of it and the permission that it needs."""

from typing import Any, NamedTuple

from hsl.accounts.permissions import Permission


class Endpoint(NamedTuple):
    """A call: what, where in the description, where in a test, and with what."""

    method: str
    path: str
    url: str
    needs: Permission | None
    body: Any = None


ENDPOINTS = [
    Endpoint("GET", "/api/users/search", "/api/users/search?q=a", Permission.SEE_PEOPLE),
    Endpoint("GET", "/api/users", "/api/users", Permission.SEE_PEOPLE),
    Endpoint("GET", "/api/users/{user_id}", "/api/users/1", Permission.SEE_PEOPLE),
    Endpoint(
        "PATCH",
        "/api/users/{user_id}/stream",
        "/api/users/1/stream",
        Permission.MOVE_PEOPLE,
        {"course_stream": "5th_stream"},
    ),
    Endpoint("GET", "/api/bookings", "/api/bookings", Permission.SEE_PEOPLE),
    Endpoint(
        "PATCH", "/api/bookings/{booking_id}", "/api/bookings/1", Permission.CHANGE_BOOKINGS, {"confirmed": 2}
    ),
    Endpoint(
        "GET", "/api/free-lesson-registrations", "/api/free-lesson-registrations", Permission.SEE_PEOPLE
    ),
    Endpoint("GET", "/api/events", "/api/events", Permission.SEE_PEOPLE),
    Endpoint("GET", "/api/stats", "/api/stats", Permission.SEE_NUMBERS),
    Endpoint("GET", "/api/stats/daily", "/api/stats/daily", Permission.SEE_NUMBERS),
    Endpoint("GET", "/api/streams/stats", "/api/streams/stats", Permission.SEE_NUMBERS),
    Endpoint("GET", "/api/lessons/conversion", "/api/lessons/conversion", Permission.SEE_NUMBERS),
    Endpoint("GET", "/api/cache", "/api/cache", Permission.SEE_CACHE),
    Endpoint(
        "POST",
        "/api/messages",
        "/api/messages",
        Permission.WRITE_BROADCASTS,
        {"message_text": "Hello", "recipient_type": "group", "recipient_group": "all"},
    ),
    Endpoint("GET", "/api/messages", "/api/messages", Permission.SEE_BROADCASTS),
    Endpoint("GET", "/api/messages/{message_id}", "/api/messages/1", Permission.SEE_BROADCASTS),
    Endpoint(
        "GET",
        "/api/messages/{message_id}/recipients",
        "/api/messages/1/recipients",
        Permission.SEE_BROADCASTS,
    ),
    *(
        Endpoint(
            "POST",
            f"/api/messages/{{message_id}}/{act}",
            f"/api/messages/1/{act}",
            Permission.WRITE_BROADCASTS,
        )
        for act in ("pause", "resume", "cancel", "retry-failed", "resend-unknown")
    ),
    Endpoint("DELETE", "/api/messages/{message_id}", "/api/messages/1", Permission.WRITE_BROADCASTS),
    Endpoint("GET", "/api/openapi.json", "/api/openapi.json", None),
]
