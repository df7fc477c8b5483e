"""Addresses of this room's panel."""

from django.urls import path

from hsl.projections import views

urlpatterns = [path("health/", views.health_panel, name="health")]
