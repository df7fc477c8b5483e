"""Addresses of the import pages."""

from django.urls import path

from hsl.school.importing import views

urlpatterns = [
    path("", views.imports, name="imports"),
    path("<int:import_id>/", views.one_import, name="import"),
    path("<int:import_id>/check/", views.check, name="import_check"),
    path("<int:import_id>/run/", views.run, name="import_run"),
    path("<int:import_id>/undo/", views.undo, name="import_undo"),
    path("<int:import_id>/discard/", views.discard, name="import_discard"),
    path("<int:import_id>/errors.csv", views.errors, name="import_errors"),
]
