"""The web server's way in."""

import gc
import os
import sys

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hsl.settings")

from django.conf import settings
from django.core.wsgi import get_wsgi_application

# A connection for each thread of granian's (hsl/commands/web.py). While the database is down a request waits
# these seconds, not the pool's 30.
options = settings.DATABASES["default"]["OPTIONS"]
options["pool"] = {"min_size": 1, "max_size": 3, "timeout": 5}
# Nor does it wait for a table longer than this, half of what PostgreSQL waits before it looks for deadlocks.
options["options"] += " -c lock_timeout=500ms"
application = get_wsgi_application()

# While a thread reads everybody's names into memory, one that answers a click asks it for the interpreter each time
# that PostgreSQL has answered: it waits for half a millisecond then, not for Python's five.
sys.setswitchinterval(0.0005)
# What is here now stays: collecting garbage need not go through it again.
gc.collect()
gc.freeze()
