"""Where sessions lie: Django's table, asked only for what can be a session's key."""

from django.contrib.sessions.backends import db


class SessionStore(db.SessionStore):
    """A cookie can hold any text, also one that PostgreSQL refuses; such a one is no session."""

    def _validate_session_key(self, key: str) -> bool:
        valid: bool = super()._validate_session_key(key)  # type: ignore[misc] # the stubs leave it out
        return valid and key.isascii() and key.isalnum()
