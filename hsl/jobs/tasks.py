"""What the queue calls."""

import threading

from procrastinate.contrib.django import app as queue

from hsl.jobs.running import run
from hsl.jobs.services import TASK

STOPPING = threading.Event()
"""Set when this process is to stop: jobs end at their next report of progress."""


@queue.task(name=TASK, queue="jobs")
def run_job(job_id: int) -> None:
    """Run the job."""
    run(job_id, STOPPING)
