"""Django's settings, read from the environment once at start.

``SOKEN_HOME`` names the home, ``SOKEN_DATABASE_URL`` a PostgreSQL database (``postgresql://user@host:port/name``;
SQLite in the home without it), ``SOKEN_HOSTS`` the host names served beside the loopback ones, parted by commas.
``SOKEN_TLS=1`` says that a proxy before the desk ends TLS and sets ``X-Forwarded-Proto`` itself. ``SOKEN_MAIL_URL`` and
``SOKEN_MAIL_FROM`` name the mail server of digests and whom they are from. ``SOKEN_LARGEST_UPLOAD`` is the size of the
largest seized file that the desk takes, in GiB, ``SOKEN_LOG`` the form of the log (`soken.desk.logs`). Services that
may vouch for users stand in ``keys/sign-in.toml`` of the home.
"""

from __future__ import annotations

import os
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.utils.translation import gettext_lazy as _

from soken.access.single_sign_on import FILE as SINGLE_SIGN_ON_FILE
from soken.access.single_sign_on import read_single_sign_on
from soken.core.errors import BadInputError
from soken.core.home import open_home
from soken.desk.logs import logging_settings
from soken.desk.mail import mail_settings
from soken.desk.secret import signing_secret

HOME = open_home()
#: Set by `soken demo` for itself, and by nothing else: users are invented, so no second factor is asked for.
DEMO = os.environ.get("SOKEN_DEMO") == "1"
SECRET_KEY = signing_secret(HOME)
DEBUG = False
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]", *filter(None, os.environ.get("SOKEN_HOSTS", "").split(","))]

_services = read_single_sign_on(HOME.keys / SINGLE_SIGN_ON_FILE)

INSTALLED_APPS = [
    "soken.ledger",
    "soken.access",
    "soken.casework",
    "soken.api",
    "soken.desk",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django_htmx",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    *_services.apps,
]

MIDDLEWARE = [
    "soken.desk.logs.RequestLogMiddleware",
    "soken.desk.middleware.HeadersMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "soken.access.sittings.SittingMiddleware",
    "soken.desk.way_back.SignInMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "soken.access.second_factor.SecondFactorMiddleware",
    "soken.desk.uploads.UploadLimitMiddleware",
    "soken.desk.middleware.SokenErrorMiddleware",
]

LOGGING = logging_settings(os.environ.get("SOKEN_LOG", ""))

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
        "ENGINE": "soken.casework.postgresql",
        "NAME": unquote(parts.path.strip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 60,
        # sslmode, sslrootcert and what else the driver knows.
        "OPTIONS": dict(parse_qsl(parts.query)),
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
AUTHENTICATION_BACKENDS = ["soken.access.lockout.LockingBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "account_login"

# Sign-in by django-allauth. Who guesses is counted by `soken.access.lockout`, for every process at once; allauth's own
# counts, which each process keeps for itself, only slow a flood down.
ACCOUNT_ADAPTER = "soken.access.adapters.AccountAdapter"
ACCOUNT_FORMS = {"login": "soken.access.forms.SignInForm"}
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
ACCOUNT_RATE_LIMITS = {"login": "60/m/ip", "login_failed": "60/m/ip"}
MFA_ADAPTER = "soken.access.adapters.SecondFactorAdapter"
MFA_FORMS = {
    "authenticate": "soken.access.forms.SecondFactorForm",
    "reauthenticate": "soken.access.forms.SecondFactorAgainForm",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_TOTP_TOLERANCE = 1
MFA_RECOVERY_CODES_SHOW_ONCE = True
# A browser lets a key be used only over TLS or on the machine itself; without a TLS proxy the latter is all there is.
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = os.environ.get("SOKEN_TLS") != "1"
SOCIALACCOUNT_ADAPTER = "soken.access.adapters.SingleSignOnAdapter"
SOCIALACCOUNT_PROVIDERS = _services.providers
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_LOGIN_ON_GET = True
ASKS_SECOND_FACTOR = _services.asks_second_factor
SINGLE_SIGN_ON_NAMES = _services.names

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


def _largest_upload(said: str) -> int:
    """Return the size of the largest seized file that the desk takes, in bytes.

    Args:
        said: GiB, a whole number from 1; '' for 64.

    Raises:
        BadInputError: it is none.
    """
    if said and not (said.isascii() and said.isdecimal() and 1 <= int(said) <= 1_000_000):
        raise BadInputError(f"SOKEN_LARGEST_UPLOAD is {said!r}; write a whole number of GiB, from 1 to 1000000.")
    return int(said or 64) * 1024**3


# A seized file goes straight to the disk of the store, never through a shared folder for temporary files.
FILE_UPLOAD_TEMP_DIR = HOME.uploads
FILE_UPLOAD_TEMP_DIR.mkdir(mode=0o700, exist_ok=True)
LARGEST_UPLOAD = _largest_upload(os.environ.get("SOKEN_LARGEST_UPLOAD", ""))

SESSION_COOKIE_AGE = 8 * 60 * 60
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
# Who comes back from another service brings the cookie along only if it may cross from there.
SESSION_COOKIE_SAMESITE = "Lax" if _services.providers else "Strict"
CSRF_COOKIE_SAMESITE = "Strict"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

# Behind a proxy that ends TLS: cookies and pages by TLS only, for a year. The proxy's word is trusted only here.
globals().update(mail_settings(os.environ.get("SOKEN_MAIL_URL", ""), os.environ.get("SOKEN_MAIL_FROM", "")))

if os.environ.get("SOKEN_TLS") == "1":
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_SSL_REDIRECT = SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = True
    SECURE_REDIRECT_EXEMPT = ["^healthz?$", "^ready$", "^metrics$"]
    SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60
    SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = True
