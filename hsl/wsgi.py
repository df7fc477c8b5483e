"""The web server's way in."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hsl.settings")

from django.conf import settings
from django.core.wsgi import get_wsgi_application

# A connection for each thread of granian's (hsl/commands/web.py). While the database is down a request waits
# these seconds, not the pool's 30.
options = settings.DATABASES["default"]["OPTIONS"]
options["pool"] = {"min_size": 1, "max_size": 4, "timeout": 5}
# Nor does it wait for a table longer than this, half of what PostgreSQL waits before it looks for deadlocks.
options["options"] += " -c lock_timeout=500ms"
application = get_wsgi_application()
