"""Addresses of sign-in and of the operator's own account. Of allauth's pages only these are open: nobody
signs up, resets a password by mail or changes an email by themselves."""

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery_codes
from allauth.mfa.totp import views as totp
from allauth.usersessions import views as sessions
from django.urls import path

from hsl.accounts import views
from hsl.accounts.access import for_operators, public

urlpatterns = [
    path("", views.account, name="account"),
    path("telegram/", views.telegram, name="account_telegram"),
    path("setup/<str:token>/", views.first_owner, name="setup"),
    path("sign-in/", public(account.login), name="account_login"),
    path("sign-in/code/", public(mfa.authenticate), name="mfa_authenticate"),
    path("sign-out/", public(account.logout), name="account_logout"),
    path("inactive/", public(account.account_inactive), name="account_inactive"),
    path("password/", for_operators(account.password_change), name="account_change_password"),
    path("confirm/", for_operators(account.reauthenticate), name="account_reauthenticate"),
    path("confirm/code/", for_operators(mfa.reauthenticate), name="mfa_reauthenticate"),
    path("two-factor/", for_operators(mfa.index), name="mfa_index"),
    path("two-factor/on/", for_operators(totp.activate_totp), name="mfa_activate_totp"),
    path("two-factor/off/", for_operators(totp.deactivate_totp), name="mfa_deactivate_totp"),
    path(
        "recovery-codes/", for_operators(recovery_codes.view_recovery_codes), name="mfa_view_recovery_codes"
    ),
    path(
        "recovery-codes/new/",
        for_operators(recovery_codes.generate_recovery_codes),
        name="mfa_generate_recovery_codes",
    ),
    path("sessions/", for_operators(sessions.list_usersessions), name="usersessions_list"),
]
