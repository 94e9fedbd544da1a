"""All settings, from the environment (12-factor). Secure unless SMARTLINK_ENV says otherwise.

SMARTLINK_ENV: `production` (the default: refuses to start without real secrets), `demo` (what
`make run` starts: this machine only, made-up people), `test`.
"""

import os
from hashlib import sha256
from pathlib import Path

import environ
from cryptography.fernet import Fernet
from csp.constants import NONCE, NONE, SELF
from django.conf.locale import LANG_INFO
from django.core.exceptions import ImproperlyConfigured

from casework.common.languages import LANGUAGES as SPOKEN
from smartlink import logs
from smartlink.api.openapi_settings import SPECTACULAR
from smartlink.api.rest_settings import REST
from smartlink.console.unfold_settings import UNFOLD as STAFF_SITE
from smartlink.notices_settings import *  # noqa: F403 - its __all__ names settings only
from smartlink.reports_settings import *  # noqa: F403 - its __all__ names settings only
from smartlink.work_settings import *  # noqa: F403 - its __all__ names settings only

env = environ.Env()
BASE_DIR = Path(__file__).resolve().parent.parent

SMARTLINK_ENV = env.str("SMARTLINK_ENV", default="production")
if SMARTLINK_ENV not in {"production", "demo", "test"}:
    raise ImproperlyConfigured("SMARTLINK_ENV is production, demo or test.")
PRODUCTION = SMARTLINK_ENV == "production"
DEMO = SMARTLINK_ENV == "demo"
TESTING = SMARTLINK_ENV == "test"
DEBUG = False


# --- secrets ----------------------------------------------------------------------------------
def _as_given(name: str, default: str = "") -> str:
    """A secret, letter for letter: `env.str` would take one that begins with "$" for a name."""
    return os.environ.get(name, default)


TEST_FERNET_KEY = "dGVzdHMtb25seS1rZXktbm90LWEtc2VjcmV0LTMyYnk="
SECRET_KEY = _as_given("SECRET_KEY", "for-tests-only-" * 4 if TESTING else "")
TEMPLATE_KEYS = env.list("TEMPLATE_KEYS", default=[TEST_FERNET_KEY] if TESTING else [])
AUDIT_KEYS = env.list("AUDIT_KEYS", default=[SECRET_KEY])
PUBLIC_URL = env.str("PUBLIC_URL", default="" if PRODUCTION else "http://127.0.0.1:8000")
SHORTEST_SECRET = 50
if len(SECRET_KEY) < SHORTEST_SECRET or len(set(SECRET_KEY)) < 5:
    raise ImproperlyConfigured("SECRET_KEY needs at least 50 characters at random.")
if not TEMPLATE_KEYS:
    raise ImproperlyConfigured("TEMPLATE_KEYS needs at least one Fernet key (newest first).")
try:
    [Fernet(key) for key in TEMPLATE_KEYS]
except ValueError:
    raise ImproperlyConfigured("TEMPLATE_KEYS holds something that is no Fernet key.") from None
if PRODUCTION and TEST_FERNET_KEY in TEMPLATE_KEYS:
    raise ImproperlyConfigured("TEMPLATE_KEYS holds the key of the tests.")
if PRODUCTION and not PUBLIC_URL.startswith("https://"):
    raise ImproperlyConfigured("PUBLIC_URL is the https:// address that people open.")

# --- where it is served -----------------------------------------------------------------------
_host = PUBLIC_URL.split("://", 1)[-1].split("/", 1)[0].rsplit(":", 1)[0]
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[_host, "127.0.0.1", "localhost"])
if TESTING:
    ALLOWED_HOSTS += ["testserver"]
if DEMO and not env.bool("DEMO_PUBLIC", default=False):
    _elsewhere = set(ALLOWED_HOSTS) - {"127.0.0.1", "localhost", "[::1]"}
    if _elsewhere:
        raise ImproperlyConfigured("The demo is for this machine. DEMO_PUBLIC=1 opens it wider.")
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[PUBLIC_URL])
USE_TLS = PUBLIC_URL.startswith("https://")
SECURE_SSL_REDIRECT = USE_TLS
SECURE_REDIRECT_EXEMPT = [r"^healthz/", r"^metrics$"]
SECURE_PROXY_SSL_HEADER = (
    ("HTTP_X_FORWARDED_PROTO", "https") if env.bool("BEHIND_PROXY", default=False) else None
)
SECURE_HSTS_SECONDS = 31_536_000 if USE_TLS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = USE_TLS
SECURE_HSTS_PRELOAD = USE_TLS
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = USE_TLS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "smartlink.portal.errors.form_too_old"
SESSION_COOKIE_AGE = 12 * 3600
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000_000
FILE_UPLOAD_MAX_MEMORY_SIZE = 5_000_000

# --- the apps ---------------------------------------------------------------------------------
INSTALLED_APPS = [
    "smartlink",
    "smartlink.portal",
    "smartlink.console",
    "smartlink.api",
    "smartlink.reports",
    "unfold",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "rest_framework",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "axes",
    "csp",
    "django_structlog",
    "phonenumber_field",
    "timezone_field",
    "casework.audit",
    "casework.faults",
    "casework.staff",
    "casework.participants",
    "casework.retention",
    "casework.copies",
    "casework.notices",
    "casework.documents",
    "casework.notes",
    "casework.requests",
    "casework.hearings",
    "casework.findings",
    "casework.messages",
    "casework.resources",
    "casework.transfers",
    "checkins",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django_structlog.middlewares.RequestMiddleware",
    "smartlink.request_ids.ToldRequestIdMiddleware",
    "smartlink.request_metrics.RequestMetricsMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "smartlink.api.middleware.ApiMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "smartlink.console.middleware.StaffSite",
    "smartlink.accounts.middleware.StaffSessions",
    "axes.middleware.AxesMiddleware",
    "smartlink.nul_bytes.NulBytesMiddleware",
]
ROOT_URLCONF = "smartlink.urls"
WSGI_APPLICATION = "smartlink.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
            ]
        },
    }
]

# --- data -------------------------------------------------------------------------------------
DATA_DIR = Path(env.str("DATA_DIR", default=str(BASE_DIR / ".run"))).resolve()
DATABASES = {"default": env.db_url("DATABASE_URL", default="postgres://127.0.0.1:5432/smartlink")}
DATABASES["default"].setdefault("CONN_MAX_AGE", 60)
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DATABASES["default"].setdefault("OPTIONS", {})["application_name"] = "smartlink"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
REDIS_URL = env.str("REDIS_URL", default="redis://127.0.0.1:6379/0")
_lane = env.str("PYTEST_XDIST_WORKER", default="") if TESTING else ""
# A test lane clears its cache by emptying a whole database: its own, and not the broker's.
_cache_url = REDIS_URL.rsplit("/", 1)[0] + f"/{1 + int(_lane[2:] or 0)}" if TESTING else REDIS_URL
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": _cache_url,
        "KEY_PREFIX": f"smartlink{_lane}",
        "OPTIONS": {"socket_timeout": 2, "socket_connect_timeout": 2},
    }
}

# --- who may come in --------------------------------------------------------------------------
AUTH_USER_MODEL = "staff.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
if TESTING:
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher", *PASSWORD_HASHERS]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
STAFF_SECOND_FACTOR = env.bool("STAFF_SECOND_FACTOR", default=PRODUCTION)
STAFF_IDLE_MINUTES = env.int("STAFF_IDLE_MINUTES", default=60)
LOGIN_URL = "/staff/login/"
LOGIN_REDIRECT_URL = "/staff/"
AXES_FAILURE_LIMIT = 8
AXES_COOLOFF_TIME = 0.25  # hours
# What `authenticate` is called with; the model's own field is "email".
AXES_USERNAME_FORM_FIELD = "username"
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_TEMPLATE = "console/locked.html"
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False
AXES_SENSITIVE_PARAMETERS = ["username", "password", "ip_address"]

# --- languages and times ----------------------------------------------------------------------
LANGUAGE_CODE = "en"
LANGUAGES = list(SPOKEN)
# Django does not know Haitian Creole.
LANG_INFO.setdefault(
    "ht", {"bidi": False, "code": "ht", "name": "Haitian Creole", "name_local": "Kreyòl ayisyen"}
)
LOCALE_PATHS = [BASE_DIR / "locale"]
LANGUAGE_COOKIE_NAME = "language"
USE_I18N = USE_TZ = True
TIME_ZONE = "UTC"
PHONENUMBER_DEFAULT_REGION = "US"

# --- files ------------------------------------------------------------------------------------
STATIC_URL = "static/"
# Only production collects them; elsewhere they are served from where they lie.
STATIC_ROOT = BASE_DIR / "staticfiles" if PRODUCTION else None
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_ROOT = env.path("MEDIA_ROOT", default=str(DATA_DIR / "media"))()
STORAGE_BUCKET = env.str("STORAGE_BUCKET", default="")
if STORAGE_BUCKET:
    _default_storage = {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "bucket_name": STORAGE_BUCKET,
            "endpoint_url": env.str("STORAGE_URL", default=None),
            "region_name": env.str("AWS_REGION", default=None),
            "addressing_style": env.str("STORAGE_ADDRESSING", default="path"),
            "signature_version": "s3v4",  # the default signs links with SHA-1
            "querystring_expire": 300,
            "file_overwrite": False,
            "object_parameters": {"ServerSideEncryption": "AES256"},
        },
    }
else:
    _default_storage = {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {
            "file_permissions_mode": 0o600,
            "directory_permissions_mode": 0o700,
        },
    }
STORAGES = {
    "default": _default_storage,
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if PRODUCTION
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = not PRODUCTION
WHITENOISE_AUTOREFRESH = TESTING  # no walk over all files for each test client
WHITENOISE_MAX_AGE = 3600 if DEMO else 60

# --- what a page may load ---------------------------------------------------------------------
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:", "blob:"],
        "media-src": [SELF, "blob:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "worker-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}

# --- work in the background -------------------------------------------------------------------
CELERY_BROKER_URL = REDIS_URL
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 900,
    "unacked_restore_interval": 10,
    "unacked_restore_throttle": 1,
    "socket_timeout": 15,
    "socket_connect_timeout": 3,
    # Whoever publishes waits a moment at most for a broker that is away: a sweep makes it good.
    "max_retries": 1,
    "interval_start": 0,
    "interval_step": 0.1,
    "interval_max": 0.2,
    "global_keyprefix": f"smartlink{_lane}:",
}

# --- how long things are kept -----------------------------------------------------------------
# Days by rule where this deployment departs from the defaults: "attempt_photos=60,invites=7".
RETENTION_DAYS = {rule: int(days) for rule, days in env.dict("RETENTION_DAYS", default={}).items()}

# --- verification -----------------------------------------------------------------------------
# The folder with the `sface` files, if the operator has installed them; else `dlib` is used.
FACE_WEIGHTS_DIR = env.str("FACE_WEIGHTS_DIR", default=str(DATA_DIR / "face_weights"))

# --- telephone --------------------------------------------------------------------------------
# The number that participants call. Without one they are told to call their office.
PHONE_NUMBER = env.str("PHONE_NUMBER", default="+12025550142" if DEMO else "")
if DEMO and not _as_given("TWILIO_AUTH_TOKEN"):  # the phone simulator's own
    TWILIO_AUTH_TOKEN = sha256(f"telephone {SECRET_KEY}".encode()).hexdigest()

# --- API --------------------------------------------------------------------------------------
API_MAX_BODY_BYTES = 25_000_000
# What a caller writes into X-Forwarded-For is believed only of our own proxy.
REST_FRAMEWORK = REST | {"NUM_PROXIES": 1 if SECURE_PROXY_SSL_HEADER else 0}
SPECTACULAR_SETTINGS = SPECTACULAR

# --- the staff site ---------------------------------------------------------------------------
UNFOLD = STAFF_SITE

# --- what is written down ---------------------------------------------------------------------
LOGGING_CONFIG = None
DJANGO_STRUCTLOG_CELERY_ENABLED = True
DJANGO_STRUCTLOG_USER_ID_FIELD = "public_id"
logs.configure(
    as_json=env.bool("LOG_JSON", default=True), level=env.str("LOG_LEVEL", default="INFO")
)

# Whoever bears it may read /metrics; without one, only this machine may.
METRICS_TOKEN = _as_given("METRICS_TOKEN")
SENTRY_DSN = env.str("SENTRY_DSN", default="")
if SENTRY_DSN:
    logs.report_to_sentry(SENTRY_DSN, environment=SMARTLINK_ENV)
SILENCED_SYSTEM_CHECKS: list[str] = []
