"""Settings, all from the environment. Outside a demo the product refuses to start without a secret key."""

from pathlib import Path

import environ
from django.core.exceptions import ImproperlyConfigured

from hsl import environment
from hsl.connection import database_settings
from hsl.data_dir import kept_secret
from hsl.logs import LOGGING  # noqa: F401 - a setting

env = environ.Env()
BASE_DIR = Path(__file__).resolve().parent.parent

DATABASE_URL = env.str("DATABASE_URL", default="")
SECRET_KEY = env.str("HSL_SECRET_KEY", default="") or ("" if DATABASE_URL else kept_secret("secret-key"))
if not SECRET_KEY:
    raise ImproperlyConfigured("HSL_SECRET_KEY is not set: give a long random text, the same at each start.")
DEBUG = False

PUBLIC_URL = environment.public_url(env.str("HSL_PUBLIC_URL", default=""))
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]", *filter(None, [PUBLIC_URL.hostname])]

INSTALLED_APPS = [
    "hsl.ui",
    "hsl.accounts",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "csp",
    "django.forms",
    "django_htmx",
    "procrastinate.contrib.django",
    "hsl.jobs",
    "hsl.school",
    "hsl.school.messaging",
    "hsl.projections",
    "hsl.facts",
    "hsl.people",
    "hsl.analytics",
    "hsl.broadcasts",
]

MIDDLEWARE = [
    "hsl.api.ApiErrorsMiddleware",
    "hsl.ui.headers.HeadersMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "hsl.school.language.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "hsl.accounts.access.AccessMiddleware",
    "hsl.ui.errors.TableHeldMiddleware",
    "hsl.school.zone.ZoneMiddleware",
]

ROOT_URLCONF = "hsl.urls"
WSGI_APPLICATION = "hsl.wsgi.application"

DATABASES = {"default": database_settings(DATABASE_URL)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CACHES = {
    # What all web processes must agree on: the throttle of sign-in. Nothing busy belongs here.
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "throttle",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "hsl.ui.frame.frame",
                "hsl.school.zone.school",
            ],
            "builtins": ["django.templatetags.i18n", "django.templatetags.static", "hsl.ui.templatetags.ui"],
        },
    }
]
FORM_RENDERER = "hsl.ui.forms.FormRenderer"

USE_TZ = True
SCHOOL_TIME_ZONE = environment.time_zone(env.str("HSL_TIME_ZONE", default=""))
TIME_ZONE = "UTC"  # of what is not shown to anybody; pages show the school's own
LANGUAGE_CODE = "ru"
LANGUAGES = [("ru", "Русский"), ("en", "English")]
LANGUAGE_COOKIE_NAME = "hsl_language"
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600
LANGUAGE_COOKIE_SAMESITE = "Lax"
LOCALE_PATHS = [BASE_DIR / "locale"]

FILE_UPLOAD_HANDLERS = ["hsl.school.importing.uploads.UploadHandler"]

STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_FINDERS = [
    "hsl.ui.packages.PackageFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "hsl.ui.storage.StaticStorage"},
}

AUTH_USER_MODEL = "accounts.Operator"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("name", "email")},
    },
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "hsl.accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email", "password1*", "password2*"]
ACCOUNT_PRESERVE_USERNAME_CASING = False
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_FORMS = {"login": "hsl.accounts.forms.SignInForm"}
MFA_TOTP_ISSUER = "hsl-dashboard"
MFA_TOTP_TOLERANCE = 1  # a phone's clock half a minute off
MFA_RECOVERY_CODES_SHOW_ONCE = True
USERSESSIONS_TRACK_ACTIVITY = False  # a write for each request

BOT_TOKEN = environment.bot_token(env.str("HSL_BOT_TOKEN", default=""))
TELEGRAM_API_URL = environment.telegram_api_url(env.str("HSL_TELEGRAM_API_URL", default=""))
SEND_RATE = environment.send_rate(env.str("HSL_SEND_RATE", default=""))

TRUSTED_PROXIES = environment.trusted_proxies(env.str("HSL_TRUSTED_PROXIES", default="0"))
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXIES
HTTPS = PUBLIC_URL.scheme == "https"
if TRUSTED_PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
if PUBLIC_URL.netloc:
    CSRF_TRUSTED_ORIGINS = [f"{PUBLIC_URL.scheme}://{PUBLIC_URL.netloc}"]
SESSION_ENGINE = "hsl.accounts.sessions"
SESSION_COOKIE_NAME = "hsl_session"
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_NAME = "hsl_csrf"
CSRF_COOKIE_SECURE = HTTPS
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "hsl.ui.errors.csrf_failure"
LANGUAGE_COOKIE_SECURE = HTTPS
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if HTTPS else 0
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
    }
}
