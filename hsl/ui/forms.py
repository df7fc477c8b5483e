"""How every form looks."""

from typing import Any

from django.forms.renderers import TemplatesSetting
from django.http import HttpRequest

from hsl.ui.widgets import draw


class FormRenderer(TemplatesSetting):
    """Renders ``{{ form }}`` and its fields with our templates."""

    form_template_name = "ui/form.html"
    field_template_name = "ui/field.html"

    def render(self, template_name: str, context: dict[str, Any], request: HttpRequest | None = None) -> str:
        """Django's hook."""
        return draw(template_name, context) or super().render(template_name, context, request)
