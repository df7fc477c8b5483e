"""The address of the list of jobs, which stands in Настройки."""

from django.urls import path

from hsl.jobs import views

urlpatterns = [path("", views.jobs, name="jobs")]
