"""Answers that are not a success."""

import math
from http import HTTPStatus


class ApiError(Exception):
    """The method fails with a status and Telegram's words.

    Attributes:
        status: of HTTP.
        description: Telegram's words.
        parameters: ``ResponseParameters`` of the Bot API.
    """

    def __init__(self, status: int, description: str, **parameters: int) -> None:
        """As the attributes."""
        super().__init__(description)
        self.status = status
        self.description = description
        self.parameters = parameters


def bad_request(words: str) -> ApiError:
    """400, as Telegram begins it."""
    return ApiError(HTTPStatus.BAD_REQUEST, f"Bad Request: {words}")


def forbidden(words: str) -> ApiError:
    """403, as Telegram begins it."""
    return ApiError(HTTPStatus.FORBIDDEN, f"Forbidden: {words}")


def too_many(seconds: float) -> ApiError:
    """429, with whole seconds to wait."""
    wait = max(math.ceil(seconds), 1)
    return ApiError(HTTPStatus.TOO_MANY_REQUESTS, f"Too Many Requests: retry after {wait}", retry_after=wait)
