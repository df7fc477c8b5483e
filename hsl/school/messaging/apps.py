from django.apps import AppConfig


class MessagingConfig(AppConfig):
    name = "hsl.school.messaging"
