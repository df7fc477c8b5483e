"""The product's settings, as the suite needs them: a key, fast passwords, static files as they lie."""

import os

os.environ.setdefault("HSL_SECRET_KEY", "only-for-tests-0123456789abcdefghijklmnopqrstuvwxyz")

from hsl.settings import *  # noqa: F403 - the product's settings, whole
from hsl.settings import STORAGES

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

# Served from where they lie, so that no test waits for collectstatic.
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
