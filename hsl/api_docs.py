"""The page about the JSON API, made of its own description. Rendered here, so that it needs no script."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from hsl.accounts.access import for_operators
from hsl.api import api


@dataclass(frozen=True)
class Field:
    """A parameter or a field: its name, its kind in a word or two, where it goes or whether it must be there, what it
    is."""

    name: str
    kind: str
    place: str
    about: str


@dataclass(frozen=True)
class Endpoint:
    """One endpoint: what it takes and answers."""

    method: str
    path: str
    summary: str
    about: str
    parameters: list[Field]
    body: list[Field]
    answer: list[Field]


@for_operators
@require_safe
def api_docs(request: HttpRequest) -> HttpResponse:
    """The endpoints of the API, for whoever is signed in."""
    return render(
        request, "ui/api.html", {"endpoints": endpoints(), "base": request.build_absolute_uri("/")[:-1]}
    )


def endpoints() -> list[Endpoint]:
    """All endpoints, as the OpenAPI description has them."""
    schema = dict(api.get_openapi_schema())
    return [
        _endpoint(schema, method, path, operation)
        for path, operations in schema["paths"].items()
        for method, operation in operations.items()
    ]


def _endpoint(schema: dict[str, Any], method: str, path: str, operation: dict[str, Any]) -> Endpoint:
    body = operation.get("requestBody", {"content": {"application/json": {"schema": {}}}})
    success = next(answer for status, answer in operation["responses"].items() if int(status) < 300)
    answer = success.get("content", {}).get("application/json", {}).get("schema", {})
    return Endpoint(
        method=method.upper(),
        path=path,
        summary=operation["summary"],
        about=_plain(operation.get("description", "")),
        parameters=[_parameter(each) for each in operation.get("parameters", [])],
        body=_fields(schema, body["content"]["application/json"]["schema"]),
        answer=_fields(schema, answer),
    )


def _parameter(parameter: dict[str, Any]) -> Field:
    schema = parameter["schema"]
    about = _plain(parameter.get("description", schema.get("description", "")))
    return Field(parameter["name"], _kind(schema), parameter["in"], about)


def _fields(schema: dict[str, Any], part: dict[str, Any]) -> list[Field]:
    """The fields of an object, of a list's objects, and of the objects in it, one level after the other."""
    definition = _definition(schema, part)
    found: list[Field] = []
    for name, field in definition.get("properties", {}).items():
        place = "required" if name in definition.get("required", []) else ""
        found.append(Field(name, _kind(field), place, _plain(field.get("description", ""))))
        found += [
            Field(f"{name}.{inner.name}", inner.kind, inner.place, inner.about)
            for inner in _fields(schema, field)
        ]
    return found


def _definition(schema: dict[str, Any], part: dict[str, Any]) -> dict[str, Any]:
    part = part.get("items", part)
    reference = part.get("$ref")
    found: dict[str, Any] = (
        schema["components"]["schemas"][reference.rsplit("/", 1)[1]] if reference else part
    )
    return found


def _plain(text: str) -> str:
    """A description without its Markdown."""
    return text.replace("`", "")


def _kind(schema: dict[str, Any]) -> str:
    """What a value is, in a word or two."""
    if "anyOf" in schema:
        return " or ".join(_kind(each) for each in schema["anyOf"])
    if "enum" in schema or "const" in schema:
        return " | ".join(str(value) for value in schema.get("enum", [schema.get("const")]))
    if schema.get("type") == "array":
        return f"list of {_kind(schema['items'])}"
    if "$ref" in schema or schema.get("type") == "object":
        return "object"
    return str(schema.get("format", schema.get("type", "anything")))
