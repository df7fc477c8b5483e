"""Forms of the entrance."""

from allauth.account.forms import LoginForm
from django import forms
from django.contrib.auth.password_validation import password_validators_help_text_html
from django.utils.translation import gettext_lazy as _

from hsl.accounts.permissions import Role


class SignInForm(LoginForm):
    """Name or email, and password."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"] = forms.CharField(
            label=_("Name or email"),
            max_length=254,
            widget=forms.TextInput(
                attrs={"autocomplete": "username", "autocapitalize": "none", "autofocus": True}
            ),
        )
        self.fields["password"].widget.attrs.pop("placeholder", None)
        self.order_fields(["login", "password"])


class NewOperatorForm(forms.Form):
    """Somebody who is to work at the school."""

    name = forms.CharField(
        label=_("Name"),
        max_length=64,
        help_text=_("They sign in with it, and the record of acts shows it."),
    )
    email = forms.EmailField(label=_("Email"), required=False, help_text=_("They may sign in with it, too."))
    role = forms.ChoiceField(label=_("Role"), choices=Role.choices, initial=Role.MANAGER)


class RoleForm(forms.Form):
    """What an operator may do."""

    role = forms.ChoiceField(label=_("Role"), choices=Role.choices)


class TelegramForm(forms.Form):
    """Where the bot reaches the operator."""

    telegram_id = forms.IntegerField(
        label=_("Your Telegram id"),
        min_value=1,
        max_value=2**53,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
        help_text=_(
            "A number. Find yourself among the people: the id stands on a person's page. The school's bot must know "
            "you: start it once."
        ),
    )


class NewKeyForm(forms.Form):
    """A key to the JSON API."""

    name = forms.CharField(
        label=_("Name"),
        max_length=64,
        help_text=_("The program that will use it, so that you know it later."),
    )
    role = forms.ChoiceField(
        label=_("Role"),
        choices=Role.choices,
        initial=Role.ANALYST,
        help_text=_("What it may do: as much as an operator of this role, and no more."),
    )


class FirstOwnerForm(forms.Form):
    """Who the school's owner is."""

    name = forms.CharField(
        label=_("Your name"),
        max_length=64,
        widget=forms.TextInput(attrs={"autocomplete": "username", "autofocus": True}),
        help_text=_("You sign in with it, and the record of acts shows it."),
    )
    email = forms.EmailField(label=_("Email"), required=False, help_text=_("You may sign in with it, too."))
    password = forms.CharField(
        label=_("Password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=password_validators_help_text_html(),
    )
