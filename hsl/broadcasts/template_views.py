"""Templates: messages kept to be written again."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hsl.accounts.access import needs, operator_of
from hsl.accounts.permissions import Permission
from hsl.broadcasts import compose_page, kept_messages
from hsl.broadcasts.composing import content_of
from hsl.broadcasts.content import Content
from hsl.broadcasts.models import Template
from hsl.people.fields import line
from hsl.school.refusals import RefusedError
from hsl.ui.confirm import confirm
from hsl.ui.toasts import toast

FORM_METHODS = require_http_methods(["GET", "HEAD", "POST"])


@needs(Permission.WRITE_BROADCASTS)
@require_safe
def templates(request: HttpRequest) -> HttpResponse:
    """All templates."""
    found = [
        {"template": each, "line": line(Content.from_json(each.content).text, ours=True)}
        for each in Template.objects.order_by("name")
    ]
    return render(request, "broadcasts/templates.html", {"found": found})


@needs(Permission.WRITE_BROADCASTS)
@require_POST
def keep(request: HttpRequest) -> HttpResponse:
    """Keep the message, as it stands on the page, as a template."""
    try:
        kept = kept_messages.keep(
            request.POST.get("template_name", ""), content_of(request.POST), actor=operator_of(request)
        )
    except RefusedError as error:
        return render(request, "broadcasts/template_kept.html", {"problem": error.beside_its_field()[1]})
    return render(request, "broadcasts/template_kept.html", {"kept": kept})


@needs(Permission.WRITE_BROADCASTS)
@require_safe
def use(request: HttpRequest, template_id: int) -> HttpResponse:
    """The part of the compose page that says what is sent, out of a template."""
    content = Content.from_json(get_object_or_404(Template, pk=template_id).content)
    answer = render(request, "broadcasts/what.html", compose_page.what(content))
    answer.headers["HX-Trigger-After-Settle"] = "composed"
    return answer


@needs(Permission.WRITE_BROADCASTS)
@never_cache
@FORM_METHODS
def edit(request: HttpRequest, template_id: int) -> HttpResponse:
    """Change a template."""
    template = get_object_or_404(Template, pk=template_id)
    content = Content.from_json(template.content)
    errors: dict[str, str] = {}
    name = template.name
    if request.method == "POST":
        name, content = request.POST.get("template_name", ""), content_of(request.POST)
        try:
            kept_messages.change(template, name, content, actor=operator_of(request))
        except RefusedError as error:
            field, problem = error.beside_its_field()
            errors = {field: problem}
        else:
            toast(request, _("Saved"))
            return HttpResponseRedirect(reverse("templates"))
    context: dict[str, Any] = {"name": name, "errors": errors, **compose_page.what(content)}
    return render(request, "broadcasts/template.html", context, status=400 if errors else 200)


@needs(Permission.WRITE_BROADCASTS)
@FORM_METHODS
def delete(request: HttpRequest, template_id: int) -> HttpResponse:
    """Delete a template, after a question."""
    template = get_object_or_404(Template, pk=template_id)
    if request.method == "POST":
        kept_messages.drop(template, actor=operator_of(request))
        toast(request, _("The template is deleted"))
        return HttpResponseRedirect(reverse("templates"))
    return confirm(
        request,
        title=_("Delete the template?"),
        text=_("“%(name)s” is deleted. Messages that were written from it stay as they are.")
        % {"name": template.name},
        action=_("Delete"),
        back=reverse("templates"),
    )
