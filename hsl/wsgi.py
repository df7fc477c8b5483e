"""The web server's way in."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hsl.settings")

from django.conf import settings
from django.core.wsgi import get_wsgi_application

# A connection for each thread of granian's (hsl/commands/web.py). While the database is down a request waits
# these seconds, not the pool's 30.
settings.DATABASES["default"]["OPTIONS"]["pool"] = {"min_size": 1, "max_size": 4, "timeout": 5}
application = get_wsgi_application()
