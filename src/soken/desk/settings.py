"""Django's settings, read from the environment once at start.

``SOKEN_HOME`` names the home, ``SOKEN_DATABASE_URL`` a PostgreSQL database (``postgresql://user@host:port/name``;
SQLite in the home without it), ``SOKEN_HOSTS`` the host names served beside the loopback ones, parted by commas.
"""

from __future__ import annotations

import os
from typing import Any
from urllib.parse import unquote, urlsplit

from django.utils.translation import gettext_lazy as _

from soken.core.errors import BadInputError
from soken.core.home import open_home
from soken.desk.secret import signing_secret

HOME = open_home()
SECRET_KEY = signing_secret(HOME)
DEBUG = False
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]", *filter(None, os.environ.get("SOKEN_HOSTS", "").split(","))]

INSTALLED_APPS = [
    "soken.ledger",
    "soken.access",
    "soken.casework",
    "soken.desk",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django_htmx",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "soken.desk.middleware.ContentSecurityPolicyMiddleware",
    "soken.desk.middleware.SokenErrorMiddleware",
]

APPEND_SLASH = False
CSRF_FAILURE_VIEW = "soken.desk.views.problems.stale_form"
ROOT_URLCONF = "soken.desk.urls"
WSGI_APPLICATION = "soken.desk.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]


def _postgresql(url: str) -> dict[str, Any]:
    """Return Django's form of a PostgreSQL URL."""
    parts = urlsplit(url)
    if parts.scheme not in {"postgresql", "postgres"} or not parts.path.strip("/"):
        raise BadInputError(
            "SOKEN_DATABASE_URL is not a PostgreSQL address; write postgresql://user:password@host:port/name."
        )
    return {
        "ENGINE": "soken.ledger.postgresql",
        "NAME": unquote(parts.path.strip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 60,
    }


def _sqlite() -> dict[str, Any]:
    """Return Django's form of the home's SQLite file: write-ahead log, writers queue instead of failing."""
    return {
        "ENGINE": "soken.ledger.sqlite",
        "NAME": HOME.database,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 30,
            # FULL: what the desk or the command line has acknowledged survives a power cut.
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-65536;",
        },
        "TEST": {"NAME": HOME.root / "test.sqlite3"},
    }


_database_url = os.environ.get("SOKEN_DATABASE_URL")
DATABASES = {"default": _postgresql(_database_url) if _database_url else _sqlite()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "access.User"
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "sign-in"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "sign-in"

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("ja", _("Japanese"))]
LOCALE_PATHS = [os.path.join(os.path.dirname(__file__), "locale")]  # noqa: PTH118, PTH120 (Django wants text)
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Tokyo"

LANGUAGE_COOKIE_SAMESITE = "Strict"

STATIC_URL = "/static/"
# Static files are served straight from the packages: nothing is collected into another folder.
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False

# A seized file goes straight to the disk of the store, never through a shared folder for temporary files.
FILE_UPLOAD_TEMP_DIR = HOME.uploads
FILE_UPLOAD_TEMP_DIR.mkdir(mode=0o700, exist_ok=True)

SESSION_COOKIE_AGE = 8 * 60 * 60
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_SAMESITE = "Strict"
CSRF_COOKIE_SAMESITE = "Strict"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
