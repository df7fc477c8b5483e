"""Files of messages: brought, shown, taken off."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_POST, require_safe

from hsl.accounts.access import needs
from hsl.accounts.permissions import Permission
from hsl.broadcasts import compose_page, uploads
from hsl.broadcasts.composing import content_of
from hsl.broadcasts.content import Content, MediaRef
from hsl.broadcasts.models import Upload
from hsl.broadcasts.validation import problems
from hsl.school.refusals import InvalidError


@needs(Permission.WRITE_BROADCASTS)
@require_POST
def upload(request: HttpRequest) -> HttpResponse:
    """Keep a file, and put it into the message; what can't be leaves there what was."""
    kind, file = request.POST.get("kind", ""), request.FILES.get("file")
    try:
        if file is None:
            kept = uploads.keep(kind, "", b"")
        else:
            uploads.refuse_size(kind, file.size or 0)
            kept = uploads.keep(kind, file.name or "", file.read())
    except InvalidError as error:
        errors = {"media": error.beside_its_field()[1]}
        context = {"errors": errors, **compose_page.media(content_of(request.POST))}
        return render(request, "broadcasts/media.html", context)
    content = Content("", media=MediaRef(kept.kind, upload=kept.pk))  # type: ignore[arg-type] # keep() has checked it
    answer = render(request, "broadcasts/media.html", compose_page.media(content))
    answer.headers["HX-Trigger-After-Settle"] = "composed"
    return answer


@needs(Permission.WRITE_BROADCASTS)
@require_safe
def by_file_id(request: HttpRequest) -> HttpResponse:
    """Put a file into the message that Telegram holds already; what can't be leaves there what was."""
    kind, file_id = request.GET.get("file_kind", ""), request.GET.get("file_id", "").strip()
    content = Content("", media=MediaRef(kind, file_id=file_id))  # type: ignore[arg-type] # problems() checks it
    errors = problems(content)
    if "media" in errors:
        context = {"errors": errors, **compose_page.media(content_of(request.GET))}
        return render(request, "broadcasts/media.html", context)
    answer = render(request, "broadcasts/media.html", compose_page.media(content))
    answer.headers["HX-Trigger-After-Settle"] = "composed"
    return answer


@needs(Permission.SEE_BROADCASTS)
@require_safe
@cache_control(private=True, max_age=3600)
def show(request: HttpRequest, upload_id: int) -> HttpResponse:  # noqa: ARG001 - Django's signature
    """A photo, to be looked at; other files are not shown."""
    found = Upload.objects.filter(pk=upload_id, content_type__in=uploads.IMAGES).first()
    if found is None:
        raise Http404
    return HttpResponse(bytes(found.data), content_type=found.content_type)
