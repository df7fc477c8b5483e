"""Addresses of broadcasts."""

from django.urls import path

from hsl.broadcasts import click_views

urlpatterns = [
    path("r/<str:code>", click_views.follow, name="follow"),
]
