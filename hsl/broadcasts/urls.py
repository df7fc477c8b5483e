"""Addresses of broadcasts."""

from django.urls import path

from hsl.broadcasts import click_views, compose_views, media_views, phone_views, template_views

urlpatterns = [
    path("r/<str:code>", click_views.follow, name="follow"),
    path("phone/<telegram_id:user_id>/", phone_views.received, name="phone"),
    path("broadcasts/new/", compose_views.new, name="compose"),
    path("broadcasts/new/save/", compose_views.save, name="compose_save"),
    path("broadcasts/new/look/", compose_views.look, name="compose_look"),
    path("broadcasts/new/tell/", compose_views.tell, name="compose_tell"),
    path("broadcasts/new/people/", compose_views.find, name="compose_people"),
    path("broadcasts/new/try/", compose_views.try_out, name="compose_try"),
    path("broadcasts/new/upload/", media_views.upload, name="compose_upload"),
    path("broadcasts/new/file/", media_views.by_file_id, name="compose_by_file_id"),
    path("broadcasts/uploads/<int:upload_id>/", media_views.show, name="upload"),
    path("broadcasts/templates/", template_views.templates, name="templates"),
    path("broadcasts/templates/keep/", template_views.keep, name="template_keep"),
    path("broadcasts/templates/<int:template_id>/", template_views.edit, name="template"),
    path("broadcasts/templates/<int:template_id>/use/", template_views.use, name="template_use"),
    path("broadcasts/templates/<int:template_id>/delete/", template_views.delete, name="template_delete"),
    path("broadcasts/<int:message_id>/edit/", compose_views.edit, name="compose_edit"),
    path("broadcasts/<int:message_id>/confirm/", compose_views.confirm, name="compose_confirm"),
    path("broadcasts/<int:message_id>/try/", compose_views.try_draft, name="compose_try_draft"),
    path("broadcasts/<int:message_id>/duplicate/", compose_views.duplicate, name="compose_duplicate"),
]
