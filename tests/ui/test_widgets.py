"""Widgets that are drawn without Django's templates look as those would draw them."""

from datetime import date

import pytest
from django import forms
from django.forms.renderers import DjangoTemplates
from django.test.html import parse_html

from hsl.ui.filters import DayInput
from hsl.ui.forms import FormRenderer
from hsl.ui.widgets import draw

UGLY = "<b>\"Осень\" & 'co'</b>"
CHOICES = [("", "Any"), ("a", UGLY), (UGLY, "b"), ("2", "Two")]


@pytest.mark.parametrize(
    ("widget", "value"),
    [
        (forms.Select(choices=CHOICES), "a"),
        (forms.Select(choices=CHOICES), None),
        (forms.Select(choices=[("Group <1>", [("x", "X"), ("y", "Y")]), ("z", "Z")]), "y"),
        (forms.SelectMultiple(choices=CHOICES), ["a", "2"]),
        (forms.TextInput(), UGLY),
        (forms.TextInput(), None),
        (forms.SearchInput(), "ё"),
        (forms.HiddenInput(), "1"),
        (forms.NumberInput(), 12345),
        (forms.EmailInput(), ""),
        (DayInput(format="%Y-%m-%d"), date(2026, 11, 24)),
        (forms.CheckboxInput(), True),
        (forms.CheckboxInput(), False),
    ],
)
def test_a_widget_is_drawn_as_djangos_template_draws_it(widget: forms.Widget, value: object) -> None:
    attrs = {"id": f"id_{UGLY}", "required": True, "disabled": False, "aria-label": UGLY, "maxlength": 1000}
    ours = widget.render("name", value, attrs, FormRenderer())
    assert parse_html(ours) == parse_html(widget.render("name", value, attrs, DjangoTemplates()))


def test_other_widgets_are_left_to_their_templates() -> None:
    widget = forms.Textarea()
    assert draw("django/forms/widgets/textarea.html", widget.get_context("text", "a", {})) is None
    assert "<textarea" in widget.render("text", "a", {}, FormRenderer())
