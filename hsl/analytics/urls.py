"""Addresses of this room's pages."""

from django.urls import path, register_converter

from hsl.analytics import lesson_views, stream_views, views
from hsl.analytics.addresses import AnyText

register_converter(AnyText, "any_text")

urlpatterns = [
    path("", views.overview, name="overview"),
    path("overview/newest/", views.newest_activity, name="newest_activity"),
    path("streams/", stream_views.streams, name="streams"),
    path("streams/<int:course_id>/<any_text:course_stream>/", stream_views.stream, name="stream"),
    path(
        "streams/<int:course_id>/<any_text:course_stream>/viewers/",
        stream_views.stream_viewers,
        name="stream_viewers",
    ),
    path("lessons/", lesson_views.lessons, name="lessons"),
    path("lessons/<any_text:lesson_type>/", lesson_views.lesson, name="lesson"),
]
