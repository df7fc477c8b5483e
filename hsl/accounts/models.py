"""Operators, API keys, and the record of what was done."""

from collections.abc import Iterable

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q

from hsl.accounts.permissions import Role, allows


class OperatorManager(BaseUserManager["Operator"]):
    """Finds operators; :mod:`hsl.accounts.operators` makes them."""


class Operator(AbstractBaseUser):
    """Somebody who works at the school and signs in. ``name`` is shown, ``username`` (the name in lower case,
    so that no database's locale decides what is the same name) or ``email`` signs in. ``telegram_id``: where
    they get what they try before others do."""

    username = models.CharField(max_length=64, unique=True)
    name = models.CharField(max_length=64)
    email = models.EmailField(blank=True)
    role = models.CharField(max_length=16, choices=Role)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)
    last_seen_at = models.DateTimeField(null=True)
    telegram_id = models.BigIntegerField(null=True)

    objects = OperatorManager()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"

    class Meta:
        db_table = "operators"
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["email"], condition=~Q(email=""), name="operators_one_of_an_email"
            ),
            models.CheckConstraint(condition=Q(role__in=Role.values), name="operators_role_is_known"),
        ]

    def __str__(self) -> str:
        return self.name

    def has_perm(self, perm: str, obj: object = None) -> bool:  # noqa: ARG002 - Django's signature
        """Django's question; the role answers."""
        return self.is_active and allows(self.role, perm)

    def has_perms(self, perms: Iterable[str], obj: object = None) -> bool:
        """Whether the role holds all of ``perms``."""
        return all(self.has_perm(perm, obj) for perm in perms)

    def has_module_perms(self, app_label: str) -> bool:
        """Whether a template may ask ``perms.<app_label>``."""
        return self.is_active and app_label == "accounts"


class ApiKey(models.Model):
    """A key to the JSON API. The key itself is nowhere: only its SHA-256, enough for a secret of 256 random
    bits, and ``prefix``, its public beginning, by which it is found and told apart."""

    name = models.CharField(max_length=64)
    role = models.CharField(max_length=16, choices=Role)
    prefix = models.CharField(max_length=8, unique=True)
    digest = models.BinaryField(max_length=32)
    created_at = models.DateTimeField(auto_now_add=True)
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "api_keys"
        default_permissions = ()
        constraints = [
            models.CheckConstraint(condition=Q(role__in=Role.values), name="api_keys_role_is_known")
        ]

    def __str__(self) -> str:
        return f"{self.name} (hsl_{self.prefix}_…)"

    def has_perm(self, perm: str) -> bool:
        """Whether the key's role holds ``perm``; a revoked key holds nothing."""
        return self.revoked_at is None and allows(self.role, perm)


class AuditEntry(models.Model):
    """One act: who did what to what, as it was and as it became. ``actor`` keeps the name when the operator
    or the key is gone. ``undoes``: the act that this one took back, which happens once; ``part_of``: the act on many
    of which this is one."""

    at = models.DateTimeField(auto_now_add=True, db_index=True)
    operator = models.ForeignKey(Operator, models.SET_NULL, null=True, related_name="+")
    api_key = models.ForeignKey(ApiKey, models.SET_NULL, null=True, related_name="+")
    actor = models.CharField(max_length=80)
    act = models.CharField(max_length=64)
    subject = models.CharField(max_length=128)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    undoes = models.OneToOneField("self", models.PROTECT, null=True, related_name="undone_by")
    part_of = models.ForeignKey("self", models.PROTECT, null=True, related_name="parts")

    class Meta:
        db_table = "audit"
        default_permissions = ()
        indexes = [models.Index(fields=["subject", "-at"], name="audit_subject_at")]

    def __str__(self) -> str:
        return f"{self.actor}: {self.act} {self.subject}"
