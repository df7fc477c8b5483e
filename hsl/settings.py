"""Settings, all from the environment. Outside a demo the product refuses to start without a secret key."""

from pathlib import Path

import environ

env = environ.Env()
BASE_DIR = Path(__file__).resolve().parent.parent

SECRET_KEY = env.str("HSL_SECRET_KEY", default="")
DEBUG = False
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]", "testserver"]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "hsl.ui",
    "hsl.accounts",
    "hsl.school",
    "hsl.projections",
    "hsl.people",
    "hsl.analytics",
]

ROOT_URLCONF = "hsl.urls"
WSGI_APPLICATION = "hsl.wsgi.application"

DATABASE_URL = env.str("DATABASE_URL", default="")
DATABASES = {
    "default": {
        **environ.Env.db_url_config(DATABASE_URL or "postgresql:///hsl"),
        "ENGINE": "django.db.backends.postgresql",
        "OPTIONS": {"options": "-c search_path=hsl,public"},
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "ru"

AUTH_USER_MODEL = "accounts.Operator"
