from django.apps import AppConfig


class AnalyticsConfig(AppConfig):
    name = "hsl.analytics"
