"""Addresses of the pages of Настройки that are this room's."""

from django.urls import path

from hsl.broadcasts import settings_views

urlpatterns = [path("bot/", settings_views.bot, name="settings_bot")]
