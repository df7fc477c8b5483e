"""``{% load jobs %}{% job_panel job %}``: how far a job is."""

from typing import Any

from django import template

from hsl.jobs.kinds import KINDS
from hsl.jobs.models import Job
from hsl.jobs.queries import lost

register = template.Library()


@register.inclusion_tag("jobs/panel.html")
def job_panel(job: Job) -> dict[str, Any]:
    """The panel of a job, which asks for itself again every two seconds while the job is under way, and loads the page
    anew when it has ended."""
    kind = KINDS.get(job.kind)
    return {
        "job": job,
        "title": kind.title if kind else job.kind,
        "step": kind.steps.get(job.step, job.step) if kind else job.step,
        "percent": min(job.done * 100 / job.total, 100) if job.total else None,
        "keeps": kind is not None and kind.keeps,
        "nobody": job.under_way and job.pk in lost(),
    }
