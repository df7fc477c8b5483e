from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "hsl.accounts"
    verbose_name = "Accounts"
