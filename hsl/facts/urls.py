"""Addresses of the lists of facts."""

from django.urls import path

from hsl.facts import views

urlpatterns = [
    path("bookings/", views.bookings, name="bookings"),
    path("bookings/export.csv", views.export_bookings, name="bookings_export"),
    path("registrations/", views.registrations, name="registrations"),
    path("registrations/export.csv", views.export_registrations, name="registrations_export"),
    path("events/", views.events, name="events"),
    path("events/export.csv", views.export_events, name="events_export"),
]
