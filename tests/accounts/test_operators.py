"""Operators are made by name and role; the first one by a link that works once."""

from threading import Barrier, Thread
from urllib.parse import urlencode, urlsplit

import psycopg
import pytest
from allauth.mfa.models import Authenticator
from django.core import signing
from django.core.exceptions import ValidationError
from django.test import Client

from hsl.accounts import operators, setup
from hsl.accounts.models import AuditEntry, Operator
from hsl.accounts.permissions import Role
from tests import cast
from tests.elsewhere import elsewhere

FIRST = {"name": "Анна", "email": "", "password": cast.PASSWORD}


@pytest.mark.django_db
def test_an_operator_needs_no_email_and_gets_a_password() -> None:
    operator, password = operators.add(" Мария ", Role.MANAGER)

    assert (operator.name, operator.username, operator.email) == ("Мария", "мария", "")
    assert len(password) == 20
    assert operator.check_password(password)
    assert AuditEntry.objects.get().act == "operator.add"


def add_one(name: str, role: str, password: str | None = None, email: str = "") -> None:
    """Add an operator by what a form or a command says."""
    operators.add(name, role, password, email=email)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "x" * 65}, "name"),
        ({"name": "a@b"}, "name"),
        ({"name": "a\x00b"}, "name"),
        ({"name": "АННА"}, "name"),
        ({"role": "king"}, "role"),
        ({"email": "nowhere"}, "email"),
        ({"email": f"{'a' * 60}@{'b' * 60}.{'c' * 60}.{'d' * 60}.{'e' * 60}.example"}, "email"),
        ({"email": "ANNA@school.example"}, "email"),
        ({"password": "12345"}, "password"),
    ],
)
@pytest.mark.django_db
def test_one_who_makes_no_sense_is_not_made(wrong: dict[str, str], field: str) -> None:
    cast.hire()
    before = Operator.objects.count()

    with pytest.raises(ValidationError) as refusal:
        add_one(**{"name": "Новая", "role": "manager", **wrong})

    assert list(refusal.value.message_dict) == [field]
    assert Operator.objects.count() == before


@pytest.mark.django_db
def test_one_who_has_lost_the_way_in_gets_a_new_password() -> None:
    staff = cast.hire()
    browser = cast.signed_in(staff.manager)
    Authenticator.objects.create(user=staff.manager, type=Authenticator.Type.TOTP, data={"secret": "x"})

    password = operators.reset_sign_in("БОРИС")

    assert browser.get("/account/").status_code == 302, "the old session has ended"
    again = Client()
    answer = again.post("/account/sign-in/", {"login": "Борис", "password": password})
    assert answer.headers["Location"] == "/"
    assert AuditEntry.objects.filter(act="operator.reset_sign_in").count() == 1


@pytest.mark.django_db
def test_nobody_gets_no_password() -> None:
    with pytest.raises(ValidationError, match="nobody is called"):
        operators.reset_sign_in("Никто")


def first_owner_path() -> str:
    """The path of the link that `hsl up` prints."""
    url = setup.setup_url("http://127.0.0.1:8000/")
    assert url is not None
    return urlsplit(url).path


@pytest.mark.django_db
def test_the_first_owner_is_made_by_the_link_and_is_signed_in() -> None:
    browser = Client()

    answer = browser.post(first_owner_path(), FIRST)

    assert answer.status_code == 302
    assert Operator.objects.get().role == Role.OWNER
    assert browser.get("/account/").status_code == 200


@pytest.mark.django_db
def test_a_weak_password_is_refused_in_words() -> None:
    answer = Client().post(first_owner_path(), {**FIRST, "password": "1"})

    assert answer.status_code == 200
    assert "id_password_error" in answer.content.decode()
    assert not Operator.objects.exists()


@pytest.mark.django_db
def test_the_link_works_once() -> None:
    path = first_owner_path()
    Client().post(path, FIRST)

    assert Client().get(path).status_code == 404
    assert Client().post(path, {**FIRST, "name": "Ева"}).status_code == 404
    assert setup.setup_url() is None


@pytest.mark.django_db
def test_a_link_of_somebody_elses_making_is_no_page() -> None:
    forged = signing.dumps("owner", key="another key", salt="hsl.accounts.setup")

    assert Client().get(f"/account/setup/{forged}/").status_code == 404


@pytest.mark.django_db
def test_a_link_lasts_a_day(monkeypatch: pytest.MonkeyPatch) -> None:
    path = first_owner_path()
    monkeypatch.setattr(setup, "_MAX_AGE_SECONDS", -1)

    assert Client().get(path).status_code == 404


def test_of_two_who_use_the_link_at_once_one_becomes_the_owner(school: psycopg.Connection) -> None:
    path = first_owner_path()
    ready = Barrier(2)
    answers: list[int] = []

    @elsewhere
    def use(name: str) -> None:
        ready.wait()
        answers.append(Client().post(path, {**FIRST, "name": name}).status_code)

    both = [Thread(target=use, args=[name]) for name in ("Анна", "Ева")]
    for one in both:
        one.start()
    for one in both:
        one.join()

    assert sorted(answers) == [302, 404]
    assert Operator.objects.count() == 1


@pytest.mark.django_db
def test_an_operator_says_where_the_bot_reaches_them() -> None:
    owner = cast.hire().owner
    client = cast.signed_in(owner)

    for sent, kept in (("7000000001", 7_000_000_001), ("7000000001", 7_000_000_001), ("", None)):
        assert client.post("/account/telegram/", {"telegram_id": sent}).headers["Location"] == "/account/"
        owner.refresh_from_db()
        assert owner.telegram_id == kept
    assert AuditEntry.objects.filter(act="operator.telegram").count() == 2


@pytest.mark.parametrize(
    ("asked", "leads"),
    [("/broadcasts/7/edit/", "/broadcasts/7/edit/"), ("https://evil.example/", "/account/")],
)
@pytest.mark.django_db
def test_who_came_from_a_page_of_ours_goes_back_there(asked: str, leads: str) -> None:
    client = cast.signed_in(cast.hire().owner)
    answer = client.post(f"/account/telegram/?{urlencode({'next': asked})}", {"telegram_id": "7"})

    assert answer.headers["Location"] == leads


@pytest.mark.parametrize("wrong", ["anna", "-5", "0", "1.5", "9" * 30])
@pytest.mark.django_db
def test_what_is_no_telegram_id_is_refused(wrong: str) -> None:
    owner = cast.hire().owner

    assert cast.signed_in(owner).post("/account/telegram/", {"telegram_id": wrong}).status_code == 400
    owner.refresh_from_db()
    assert owner.telegram_id is None
