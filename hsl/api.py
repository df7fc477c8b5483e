"""The JSON API at ``/api/``: its rooms' endpoints under one roof, opened by API keys alone, its errors in JSON.

A refusal is ``{"detail": …}``: one sentence that names the field and what to do.
"""

import json
from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import unquote_to_bytes

from django.core.handlers.wsgi import get_bytes_from_wsgi
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.datastructures import MultiValueDict
from django.utils.translation import override
from ninja import NinjaAPI, Router
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.parser import Parser

from hsl.accounts.api_keys import EVERY_KEY, BearerKey
from hsl.analytics.api import router as numbers
from hsl.broadcasts.api import router as messages
from hsl.people.api import router as people
from hsl.school.api import router as facts
from hsl.school.refusals import ConflictError, InvalidError, MissingError, RefusedError
from hsl.ui.errors import table_is_held

UNAUTHORIZED = "Unauthorized: give a live API key as “Authorization: Bearer …”"
NOT_FOUND = "Not found: there is nothing at this address"
TABLE_HELD = "Another program holds the table; try again in a moment"
METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"]
_STATUS = {MissingError: 404, InvalidError: 422, ConflictError: 409}


class StrictParser(Parser):
    """Takes JSON that says one thing: of the right type, in UTF-8, no key twice; and no query parameter twice."""

    def parse_body(self, request: HttpRequest) -> dict[str, Any]:
        """The body. Raises HttpError: 415 for another type, 400 for what is not JSON."""
        if request.content_type != "application/json":
            raise HttpError(415, "body: send JSON, with “Content-Type: application/json”")
        try:
            body: dict[str, Any] = json.loads(
                request.body.decode("utf-8"), object_pairs_hook=_once_each, parse_constant=_no_constant
            )
        except (ValueError, RecursionError) as error:
            raise HttpError(400, f"body: is not JSON in UTF-8 with each key once ({error})") from error
        return body

    def parse_querydict(
        self, data: MultiValueDict[str, Any], list_fields: list[str], request: HttpRequest
    ) -> dict[str, Any]:
        """The query's parameters. Raises HttpError, 422, for one that is given twice."""
        for name, values in data.lists():
            if len(values) > 1 and name not in list_fields:
                raise HttpError(422, f"{name}: is given {len(values)} times; give it once")
        return super().parse_querydict(data, list_fields, request)


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a key is given twice")
    return found


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON")


api = NinjaAPI(
    title="hsl-dashboard",
    version="1",
    description="A school's people, facts, numbers and messages. Every request carries an API key: "
    "`Authorization: Bearer …`.",
    openapi_url=None,
    docs_url=None,
    auth=BearerKey(),  # for an endpoint that says nothing: it opens to no key
    parser=StrictParser(),
)


def _query_in_utf8(endpoint: Callable[..., Any]) -> Callable[..., Any]:
    """An endpoint that refuses what is no UTF-8 in its query string: Django reads other characters in its place."""

    @wraps(endpoint)
    def checked(request: HttpRequest, **parameters: Any) -> Any:  # noqa: ANN401 - whatever the endpoint takes and gives
        query = get_bytes_from_wsgi(request.META, "QUERY_STRING", "")
        for pair in query.split(b"&"):
            name, _, value = (unquote_to_bytes(part) for part in pair.partition(b"="))
            if not (_is_utf8(name) and _is_utf8(value)):
                field = name.decode() if name and _is_utf8(name) else "query"
                raise HttpError(422, f"{field}: is not UTF-8; percent-encode the bytes of the text in UTF-8")
        return endpoint(request, **parameters)

    return checked


def _is_utf8(some: bytes) -> bool:
    try:
        some.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


api.add_decorator(_query_in_utf8)
api.add_router("", people)
api.add_router("", facts)
api.add_router("", numbers)
api.add_router("", messages)


@api.get("/openapi.json", include_in_schema=False, auth=BearerKey(EVERY_KEY))
def openapi(request: HttpRequest) -> dict[str, Any]:
    """What this API takes and answers, as OpenAPI."""
    return dict(api.get_openapi_schema())


elsewhere = Router(auth=BearerKey(EVERY_KEY))


@elsewhere.api_operation(METHODS, "/", include_in_schema=False)
def nothing_at_the_root(request: HttpRequest) -> None:
    """The root itself."""
    raise HttpError(404, NOT_FOUND)


@elsewhere.api_operation(METHODS, "/{path:rest}", include_in_schema=False)
def nothing_here(request: HttpRequest, rest: str) -> None:
    """Any other address."""
    raise HttpError(404, NOT_FOUND)


api.add_router("", elsewhere)  # the last: its address takes all


@api.exception_handler(AuthenticationError)
def _unauthorized(request: HttpRequest, _: AuthenticationError) -> HttpResponse:
    response = _answer(request, 401, UNAUTHORIZED)
    response["WWW-Authenticate"] = "Bearer"
    return response


@api.exception_handler(HttpError)
def _http_error(request: HttpRequest, error: HttpError) -> HttpResponse:
    # What the parser says of a body, ninja wraps in an error that says nothing.
    said = error.__cause__ if isinstance(error.__cause__, HttpError) else error
    return _answer(request, said.status_code, str(said))


@api.exception_handler(Http404)
def _not_found(request: HttpRequest, _: Http404) -> HttpResponse:
    return _answer(request, 404, NOT_FOUND)


@api.exception_handler(ValidationError)
def _invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    return _answer(request, 422, "; ".join(dict.fromkeys(_sentence(each) for each in error.errors)))


@api.exception_handler(RefusedError)
def _refused(request: HttpRequest, error: RefusedError) -> HttpResponse:
    with override("en"):
        return _answer(request, _STATUS[type(error)], str(error))


@api.exception_handler(OperationalError)
def _table_held(request: HttpRequest, error: OperationalError) -> HttpResponse:
    if not table_is_held(error):
        raise error
    return _answer(request, 503, TABLE_HELD)


def _sentence(error: dict[str, Any]) -> str:
    place = [str(part) for part in error["loc"][1:] if part != "body"]
    words = str(error["msg"]).removeprefix("Value error, ")
    return f"{'.'.join(place) or error['loc'][0]}: {words[:1].lower()}{words[1:]}"


def _answer(request: HttpRequest, status: int, detail: str) -> HttpResponse:
    return api.create_response(request, {"detail": detail}, status=status)


class ApiErrorsMiddleware:
    """What is answered under ``/api/`` before or beside the endpoints (a method not allowed) is JSON, too."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        """Django's hook."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Django's hook."""
        response = self.get_response(request)
        in_json = response.get("Content-Type", "").startswith("application/json")
        if response.status_code < 400 or in_json or not request.path_info.startswith("/api/"):
            return response
        detail = "Method not allowed: see the header Allow" if "Allow" in response else response.reason_phrase
        answer = HttpResponse(
            json.dumps({"detail": detail}), status=response.status_code, content_type="application/json"
        )
        if "Allow" in response:
            answer["Allow"] = response["Allow"]
        return answer
