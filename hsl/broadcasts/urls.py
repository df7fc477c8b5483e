"""Addresses of broadcasts."""

from django.urls import path

from hsl.broadcasts import (
    act_views,
    click_views,
    compose_views,
    edit_views,
    list_views,
    media_views,
    message_views,
    person_views,
    phone_views,
    template_views,
)

urlpatterns = [
    path("r/<str:code>", click_views.follow, name="follow"),
    path("phone/<telegram_id:user_id>/", phone_views.received, name="phone"),
    path("broadcasts/", list_views.broadcasts, name="broadcasts"),
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
    path("broadcasts/bot/", person_views.health, name="bot_health"),
    path("broadcasts/person/<telegram_id:user_id>/", person_views.writing, name="person_writing"),
    path("broadcasts/<int:message_id>/", message_views.message, name="broadcast"),
    path("broadcasts/<int:message_id>/live/", message_views.live, name="broadcast_live"),
    path("broadcasts/<int:message_id>/recipients/", list_views.recipients, name="recipients"),
    path(
        "broadcasts/<int:message_id>/recipients/export.csv",
        list_views.export_recipients,
        name="recipients_export",
    ),
    path("broadcasts/<int:message_id>/pause/", act_views.pause, name="broadcast_pause"),
    path("broadcasts/<int:message_id>/resume/", act_views.resume, name="broadcast_resume"),
    path("broadcasts/<int:message_id>/cancel/", act_views.cancel, name="broadcast_cancel"),
    path("broadcasts/<int:message_id>/retry-failed/", act_views.retry_failed, name="broadcast_retry_failed"),
    path(
        "broadcasts/<int:message_id>/resend-unknown/",
        act_views.resend_unknown,
        name="broadcast_resend_unknown",
    ),
    path(
        "broadcasts/<int:message_id>/dismiss-unknown/",
        act_views.dismiss_unknown,
        name="broadcast_dismiss_unknown",
    ),
    path("broadcasts/<int:message_id>/unschedule/", act_views.unschedule, name="broadcast_unschedule"),
    path("broadcasts/<int:message_id>/reschedule/", act_views.reschedule, name="broadcast_reschedule"),
    path("broadcasts/<int:message_id>/edit-sent/", edit_views.edit_sent, name="broadcast_edit_sent"),
    path("broadcasts/<int:message_id>/recall/", act_views.recall, name="broadcast_recall"),
    path(
        "broadcasts/<int:message_id>/acts/<int:act_id>/stop/", act_views.stop_act, name="broadcast_stop_act"
    ),
    path("broadcasts/<int:message_id>/delete/", act_views.delete, name="broadcast_delete"),
]
