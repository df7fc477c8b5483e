"""Addresses of this room's pages."""

from django.urls import path

from hsl.analytics import views

urlpatterns = [
    path("", views.overview, name="overview"),
    path("overview/newest/", views.newest_activity, name="newest_activity"),
]
