"""Templates: messages kept under a name, to be written again. Each act is one transaction, on the record."""

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_noop as _

from hsl.accounts.audit import Actor, record
from hsl.broadcasts.content import Content
from hsl.broadcasts.models import Template
from hsl.broadcasts.validation import refuse_problems
from hsl.school.refusals import ConflictError, InvalidError
from hsl.school.titles import is_one_line

LONGEST_NAME = 100


def keep(name: str, content: Content, *, actor: Actor) -> Template:
    """Keep a message under a new name.

    Raises InvalidError where the message is not fit to be sent, or the name none; ConflictError where it is taken.
    """
    return _write(Template(), name, content, "template.add", actor)


def change(template: Template, name: str, content: Content, *, actor: Actor) -> Template:
    """Give a template another name or content. Raises as ``keep``."""
    return _write(template, name, content, "template.change", actor)


def drop(template: Template, *, actor: Actor) -> None:
    """Delete a template; messages that were written from it stay."""
    with transaction.atomic():
        record(actor, "template.delete", f"template:{template.pk}", {"name": template.name})
        template.delete()


def _write(template: Template, name: str, content: Content, act: str, actor: Actor) -> Template:
    template.name, template.content = name.strip(), content.to_json()
    if not 0 < len(template.name) <= LONGEST_NAME or not is_one_line(template.name):
        raise InvalidError(_("name: give it a name of 1 to %(most)s characters"), most=LONGEST_NAME)
    refuse_problems(content)
    try:
        with transaction.atomic():
            template.save()
            record(actor, act, f"template:{template.pk}", after={"name": template.name})
    except IntegrityError as error:
        raise ConflictError(
            _("name: there is a template called %(name)s already"), name=template.name
        ) from error
    return template
