"""Addresses of this room's pages of Настройки."""

from django.urls import path

from hsl.accounts import settings_views as views

urlpatterns = [
    path("record/", views.record, name="record"),
]
