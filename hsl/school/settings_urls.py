"""Addresses of this room's pages of Настройки."""

from django.urls import path

from hsl.school import settings_views as views

urlpatterns = [
    path("", views.school, name="settings"),
    path("streams/", views.stream_list, name="settings_streams"),
    path("streams/new/", views.add_stream, name="add_stream"),
    path("streams/list/", views.list_stream, name="list_stream"),
    path("streams/<int:stream_id>/", views.change_stream, name="change_stream"),
    path("streams/<int:stream_id>/archive/", views.archive_stream, name="archive_stream"),
    path("streams/<int:stream_id>/restore/", views.restore_stream, name="restore_stream"),
    path("courses/new/", views.add_course, name="add_course"),
    path("courses/<int:course_id>/", views.rename_course, name="rename_course"),
    path("lessons/", views.lesson_list, name="settings_lessons"),
    path("undo/<int:entry_id>/", views.undo_act, name="undo_settings"),
]
