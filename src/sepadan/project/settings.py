"""Settings of the installation. What differs between installations comes from the environment:

``SEPADAN_DATA`` data folder (default ``.data``), ``DATABASE_URL`` and ``DATABASE_OWNER_URL`` an external PostgreSQL,
``SEPADAN_HOSTS`` host names served besides this machine's own, ``SEPADAN_HTTPS=1`` behind a proxy that ends TLS,
``SEPADAN_DEBUG=1`` error pages with source (never on a server others reach), ``SEPADAN_STATIC=plain`` static files
without hashed names (tests), ``SEPADAN_POOL=N`` connections kept per process (set by ``sepadan serve``).

The database has two aliases: ``default`` is the application (owns nothing, row-level security applies), ``owner``
owns the tables (migrations, bulk loads). See roles.py.
"""

from __future__ import annotations

import os
from typing import Any

from psycopg.conninfo import conninfo_to_dict

from sepadan.project.keys import key
from sepadan.project.paths import data_dir
from sepadan.project.pool import reset_connection
from sepadan.project.postgres import database_urls

DATA_DIR = data_dir()
DEBUG = os.environ.get("SEPADAN_DEBUG") == "1"
HTTPS = os.environ.get("SEPADAN_HTTPS") == "1"

# --- keys: outside the database --------------------------------------------------------------------------------------
SECRET_KEY = key(DATA_DIR, "session")
NIK_KEY = bytes.fromhex(key(DATA_DIR, "nik"))
BANK_KEY = bytes.fromhex(key(DATA_DIR, "bank"))
BILL_KEY = bytes.fromhex(key(DATA_DIR, "bill"))
SIGNING_KEY = bytes.fromhex(key(DATA_DIR, "signing"))

# --- applications ----------------------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "sepadan.project.apps.ProjectConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "procrastinate.contrib.django",
    "sepadan.territory.apps.TerritoryConfig",
    "sepadan.records.apps.RecordsConfig",
    "sepadan.tax.apps.TaxConfig",
    "sepadan.creative.apps.CreativeConfig",
    "sepadan.waste.apps.WasteConfig",
    "sepadan.study.apps.StudyConfig",
    "sepadan.portal.apps.PortalConfig",
    "sepadan.demo.apps.DemoConfig",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "sepadan.project.headers.ContentSecurityPolicyMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "sepadan.records.middleware.ScopeMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "sepadan.portal.middleware.RefusedMiddleware",
    "sepadan.records.middleware.TakeBackMiddleware",
]
ROOT_URLCONF = "sepadan.project.urls"
WSGI_APPLICATION = "sepadan.project.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "sepadan.portal.context.frame",
                "sepadan.records.views.context.person",
            ],
        },
    },
]

# --- database --------------------------------------------------------------------------------------------------------
_URLS = database_urls(DATA_DIR)
_POOL = int(os.environ.get("SEPADAN_POOL", "0"))


def _database(url: str, test: dict[str, Any], options: dict[str, Any]) -> dict[str, Any]:
    given = conninfo_to_dict(url)
    names = {"NAME": "dbname", "USER": "user", "PASSWORD": "password", "HOST": "host", "PORT": "port"}
    known = {name: str(given.pop(key_, "") or "") for name, key_ in names.items()}
    return {"ENGINE": "django.db.backends.postgresql", **known, "OPTIONS": {**given, **options}, "TEST": test,
            "CONN_MAX_AGE": 0, "CONN_HEALTH_CHECKS": True}


_pool = {"pool": {"min_size": 1, "max_size": _POOL, "timeout": 10, "reset": reset_connection}} if _POOL else {}
DATABASES = {
    "default": _database(_URLS.database_url, {"MIRROR": "owner"}, _pool),
    "owner": _database(_URLS.owner_url, {"DEPENDENCIES": []}, {}),
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
PROCRASTINATE_WORKER_DEFAULTS = {"listen_notify": True, "delete_jobs": "never"}

# --- people ----------------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "records.Person"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
SESSION_COOKIE_AGE = 8 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_NAME = "sepadan"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_NAME = "sepadan_csrf"
OTP_TOTP_ISSUER = "Sepadan"
# Which roles count only in a session confirmed by a second factor; None means those of records/names.py.
SECOND_FACTOR_ROLES: list[str] | None = [] if os.environ.get("SEPADAN_SECOND_FACTOR") == "off" else None

# --- languages and time ----------------------------------------------------------------------------------------------
LANGUAGE_CODE = "id"
LANGUAGES = [("id", "Bahasa Indonesia"), ("en", "English")]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Jakarta"

# --- files -----------------------------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": DATA_DIR / "files"}},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG or os.environ.get("SEPADAN_STATIC") == "plain"
        else "whitenoise.storage.CompressedManifestStaticFilesStorage",
    },
}
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = DEBUG
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
DATA_UPLOAD_MAX_MEMORY_SIZE = 5_000_000
FILE_UPLOAD_MAX_MEMORY_SIZE = 5_000_000

# --- headers ---------------------------------------------------------------------------------------------------------
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]", *filter(None, os.environ.get("SEPADAN_HOSTS", "").split(","))]
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS[3:]]
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
# Nothing from elsewhere, no inline script or style. `blob:` images are what the map draws its tiles into.
CONTENT_SECURITY_POLICY = (
    "default-src 'self'; img-src 'self' data: blob:; object-src 'none'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'"
)
# The part that other sites embed: may be framed under https, and in return neither script nor form nor plug-in.
FRAMED_POLICY = (
    "default-src 'none'; style-src 'self'; font-src 'self'; img-src 'self'; base-uri 'self'; form-action 'none'; "
    "frame-ancestors 'self' https:"
)

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "filters": {"lost": {"()": "sepadan.project.log.LostConnection"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["lost"]}},
    "root": {"handlers": ["stderr"], "level": os.environ.get("SEPADAN_LOG", "WARNING")},
    # The pool warns of every connection that it replaces; what a request loses by that is said by the request.
    "loggers": {"django.security.DisallowedHost": {"level": "ERROR"}, "psycopg.pool": {"level": "ERROR"}},
}
