"""How Hypothesis looks for examples that break a rule: never by a clock, so that a busy machine makes no test red."""

from hypothesis import HealthCheck, settings

IN_ONE_SCHOOL = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
"""What is not checked of a test whose examples, one after another, all meet the same school."""


def by_no_clock() -> None:
    """For every run; a CI's own profile, where one is at work, holds beside it."""
    settings.register_profile("hsl", deadline=None, suppress_health_check=[HealthCheck.too_slow])
    settings.load_profile("hsl")
