"""How every form looks."""

from django.forms.renderers import TemplatesSetting


class FormRenderer(TemplatesSetting):
    """Renders ``{{ form }}`` and its fields with our templates."""

    form_template_name = "ui/form.html"
    field_template_name = "ui/field.html"
