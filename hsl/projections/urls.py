"""Addresses of this room's panel and page."""

from django.urls import path

from hsl.projections import views

urlpatterns = [
    path("health/", views.health_panel, name="health"),
    path("settings/integrity/", views.integrity, name="integrity"),
    path("settings/integrity/verify/", views.verify_now, name="verify_now"),
]
