"""When an operator was last seen."""

from datetime import timedelta

from django.db.models import Q
from django.utils import timezone

from hsl.accounts.models import Operator

SAMPLED_EVERY = timedelta(minutes=5)


def note_seen(operator: Operator) -> None:
    """Write the time at most once in five minutes, so that clicking about makes no hot row."""
    now = timezone.now()
    stale = now - SAMPLED_EVERY
    if operator.last_seen_at is None or operator.last_seen_at < stale:
        unseen = Q(last_seen_at=None) | Q(last_seen_at__lt=stale)
        Operator.objects.filter(unseen, pk=operator.pk).update(last_seen_at=now)
