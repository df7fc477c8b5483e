"""Addresses of pages about people."""

from django.urls import path

from hsl.people import views

urlpatterns = [
    path("lookup", views.lookup, name="people_lookup"),
    path("<int:user_id>", views.person, name="person"),
]
