"""Jobs: work too long for a request, a row each."""

from django.db import models
from django.utils.translation import pgettext_lazy

from hsl.accounts.models import Operator


class State(models.TextChoices):
    """Where a job stands."""

    WAITING = "waiting", pgettext_lazy("job", "waiting")
    RUNNING = "running", pgettext_lazy("job", "running")
    DONE = "done", pgettext_lazy("job", "done")
    FAILED = "failed", pgettext_lazy("job", "failed")
    CANCELLED = "cancelled", pgettext_lazy("job", "cancelled")
    INTERRUPTED = "interrupted", pgettext_lazy("job", "interrupted")


class Job(models.Model):
    """One job. ``kind`` is a name of :mod:`hsl.jobs.kinds`; ``step``, ``done`` and ``total`` say how far it is;
    ``outcome`` is what the kind returned; ``error`` is what went wrong, in words of the operator's ``language``;
    ``queued_as`` is the id of its entry in the queue; ``attempts`` counts how often it was begun."""

    kind = models.CharField(max_length=64)
    operator = models.ForeignKey(Operator, models.SET_NULL, null=True, related_name="+")
    language = models.CharField(max_length=8)
    arguments = models.JSONField()
    state = models.CharField(max_length=16, choices=State, default=State.WAITING)
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    step = models.CharField(max_length=64, default="")
    done = models.BigIntegerField(default=0)
    total = models.BigIntegerField(null=True)
    cancel_asked = models.BooleanField(default=False)
    attempts = models.SmallIntegerField(default=0)
    outcome = models.JSONField(null=True)
    error = models.TextField(default="")
    queued_as = models.BigIntegerField(null=True)

    class Meta:
        db_table = "jobs"
        default_permissions = ()
        indexes = [
            models.Index(
                fields=["id"],
                condition=models.Q(state__in=[State.WAITING, State.RUNNING]),
                name="jobs_under_way",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}: {self.state}"

    @property
    def under_way(self) -> bool:
        """Whether it is still to end."""
        return self.state in (State.WAITING, State.RUNNING)
