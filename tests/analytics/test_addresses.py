"""Names of streams and lessons in addresses."""

from urllib.parse import unquote, urlsplit

import pytest
from django.urls import resolve, reverse
from hypothesis import given
from hypothesis import strategies as st

NAMES = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=200)


@given(NAMES)
def test_any_name_comes_back_from_its_address(name: str) -> None:
    address = reverse("lesson", args=[name])

    assert resolve(unquote(address)).kwargs == {"lesson_type": name}
    assert urlsplit(address).path == address


@pytest.mark.parametrize("name", ["5th_stream", "intro.to-python"])
def test_a_plain_name_is_read_in_its_address(name: str) -> None:
    assert reverse("stream", args=[1, name]) == f"/streams/1/{name}/"


@pytest.mark.parametrize("name", ["", ".", "..", "a/b", "~x", "a\nb"])
def test_what_an_address_folds_away_is_packed(name: str) -> None:
    assert reverse("stream", args=[1, name]).startswith("/streams/1/~")
