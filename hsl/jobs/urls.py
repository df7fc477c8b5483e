"""Addresses of the panel of a job."""

from django.urls import path

from hsl.jobs import views

urlpatterns = [
    path("<int:job_id>/", views.job, name="job"),
    path("<int:job_id>/cancel/", views.cancel, name="job_cancel"),
]
