"""Every address × every role. A page that does not say who may open it fails here, and opens to nobody."""

from collections.abc import Iterator
from http import HTTPStatus
from itertools import product

import pytest
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.urls.resolvers import RoutePattern

from hsl.accounts.access import OPERATORS, PUBLIC, AccessMiddleware
from hsl.accounts.models import Operator
from hsl.accounts.permissions import PERMISSIONS, Permission, Role, allows
from tests import cast

SAMPLES = {
    "int": "1",
    "telegram_id": "-1",
    "str": "x",
    "slug": "x",
    "uuid": "0b7e1f8a-4f0b-4a52-9d8e-5f6f4c5a1d11",
    "path": "x",
    "any_text": "x",
}
"""What stands for a parameter of an address."""


def addresses(
    patterns: list[URLPattern | URLResolver], prefix: str = "/"
) -> Iterator[tuple[str, URLPattern]]:
    """Each page's address, with samples for its parameters, and its pattern."""
    for pattern in patterns:
        assert isinstance(pattern.pattern, RoutePattern), (
            f"{pattern}: say it with path(), so that tests can walk it"
        )
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from addresses(pattern.url_patterns, route)
            continue
        for part in [part.partition(">")[0] for part in route.split("<")[1:]]:
            route = route.replace(f"<{part}>", SAMPLES[part.partition(":")[0] if ":" in part else "str"])
        yield route, pattern


ALL = list(addresses(get_resolver().url_patterns))
PAGES = [(url, pattern.callback) for url, pattern in ALL if not url.startswith("/api/")]
ENDPOINTS = [url for url, _ in ALL if url.startswith("/api/") and url != "/api/"]


def access_of(view: object) -> str:
    """What the view says that it needs."""
    return str(getattr(view, "access", "nothing"))


@pytest.fixture
def staff(school: object) -> cast.Cast:
    """The operators."""
    return cast.hire()


@pytest.mark.parametrize(("url", "view"), PAGES)
def test_every_page_says_whom_it_is_for(url: str, view: object) -> None:
    assert access_of(view) in {PUBLIC, OPERATORS, *Permission}


@pytest.mark.parametrize(("url", "view"), PAGES)
def test_a_page_opens_to_whom_it_is_for(url: str, view: object, staff: cast.Cast) -> None:
    access = access_of(view)
    for method, role in product(("get", "post"), reversed(Role)):
        answer = getattr(cast.signed_in(staff.by_role(role)), method)(url)
        allowed = access in (PUBLIC, OPERATORS) or allows(role, access)
        assert (answer.status_code != HTTPStatus.FORBIDDEN) == allowed, (method, role)
        assert answer.status_code < HTTPStatus.INTERNAL_SERVER_ERROR, (method, role)


@pytest.mark.parametrize(("url", "view"), [page for page in PAGES if access_of(page[1]) in {*Permission}])
def test_a_page_asks_for_just_the_permission_that_it_names(
    url: str, view: object, staff: cast.Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    needed = Permission(access_of(view))
    client = cast.signed_in(staff.by_role(Role.ANALYST))
    monkeypatch.setitem(PERMISSIONS, Role.ANALYST, frozenset(Permission) - {needed})
    assert client.get(url).status_code == HTTPStatus.FORBIDDEN
    monkeypatch.setitem(PERMISSIONS, Role.ANALYST, frozenset({needed}))
    assert client.get(url).status_code != HTTPStatus.FORBIDDEN


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize(("url", "view"), [page for page in PAGES if access_of(page[1]) != PUBLIC])
@pytest.mark.django_db
def test_an_outsider_is_sent_to_sign_in(url: str, view: object, method: str) -> None:
    answer = getattr(cast.outsider(), method)(url)

    assert answer.status_code == HTTPStatus.FOUND
    assert answer.headers["Location"].partition("?")[0] == reverse("account_login")


@pytest.mark.parametrize(("url", "view"), [page for page in PAGES if access_of(page[1]) != PUBLIC])
def test_one_who_was_switched_off_is_an_outsider(url: str, view: object, staff: cast.Cast) -> None:
    answer = cast.signed_in(staff.switched_off).get(url)

    assert answer.status_code == HTTPStatus.FOUND
    assert answer.headers["Location"].partition("?")[0] == reverse("account_login")


@pytest.mark.parametrize(("url", "view"), PAGES)
def test_a_form_without_our_token_is_refused(url: str, view: object, staff: cast.Cast) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(staff.owner)

    assert client.post(url).status_code in (HTTPStatus.FORBIDDEN, HTTPStatus.METHOD_NOT_ALLOWED)


@pytest.mark.parametrize("url", ENDPOINTS)
def test_a_session_opens_no_endpoint(url: str, staff: cast.Cast) -> None:
    browser = cast.signed_in(staff.owner)
    for method in ("get", "post", "patch", "put", "delete"):
        answer = getattr(browser, method)(url)
        assert answer.status_code in (HTTPStatus.UNAUTHORIZED, HTTPStatus.METHOD_NOT_ALLOWED), method


@pytest.mark.django_db
def test_the_public_pages_are_few() -> None:
    assert {url for url, view in PAGES if access_of(view) == PUBLIC} == {
        "/account/inactive/",
        "/account/setup/x/",
        "/account/sign-in/",
        "/account/sign-in/code/",
        "/account/sign-out/",
        "/language/",
        "/r/x",
    }


def test_a_view_that_says_nothing_opens_to_nobody() -> None:
    def forgotten(request: HttpRequest) -> HttpResponse:
        return HttpResponse("the school's data")

    request = RequestFactory().get("/forgotten/")
    request.user = Operator(role=Role.OWNER)
    middleware = AccessMiddleware(forgotten)

    with pytest.raises(PermissionDenied):
        middleware.process_view(request, forgotten, (), {})


@pytest.mark.django_db
def test_a_part_of_a_page_whose_session_ended_moves_the_whole_page_to_sign_in() -> None:
    answer = cast.outsider().get(
        "/account/", headers={"HX-Request": "true", "HX-Current-URL": "http://testserver/account/?tab=1"}
    )

    assert answer.headers["HX-Redirect"] == "/account/sign-in/?next=%2Faccount%2F%3Ftab%3D1"
    assert not answer.content
