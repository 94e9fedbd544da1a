"""Settings of the notices: who carries them. Whatever is not configured goes to `console`."""

import os
from urllib.parse import urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

__all__ = [
    "ANYMAIL",
    "DEFAULT_FROM_EMAIL",
    "EMAIL_BACKEND",
    "EMAIL_HOST",
    "EMAIL_HOST_PASSWORD",
    "EMAIL_HOST_USER",
    "EMAIL_PORT",
    "EMAIL_PROVIDER",
    "EMAIL_TIMEOUT",
    "EMAIL_URL",
    "EMAIL_USE_SSL",
    "EMAIL_USE_TLS",
    "FINDING_ANSWER_DAYS",
    "PHONE_PROVIDER",
    "PUSH_HOSTS",
    "TWILIO_ACCOUNT_SID",
    "TWILIO_AUTH_TOKEN",
    "TWILIO_BASE_URL",
    "TWILIO_FROM",
    "TWILIO_MESSAGING_SERVICE_SID",
    "VAPID_CONTACT",
    "VAPID_PRIVATE_KEY",
]

env = environ.Env()


def _as_given(name: str) -> str:
    return os.environ.get(name, "")


# SMS and voice: `console` or `twilio`.
PHONE_PROVIDER = env.str("PHONE_PROVIDER", default="console")
TWILIO_ACCOUNT_SID = env.str("TWILIO_ACCOUNT_SID", default="")
TWILIO_AUTH_TOKEN = _as_given("TWILIO_AUTH_TOKEN")
# The number that messages and calls come from: that of the telephone, unless another is given.
TWILIO_FROM = env.str("TWILIO_FROM", default=env.str("PHONE_NUMBER", default=""))
TWILIO_MESSAGING_SERVICE_SID = env.str("TWILIO_MESSAGING_SERVICE_SID", default="")
TWILIO_BASE_URL = env.str("TWILIO_BASE_URL", default="https://api.twilio.com")
if PHONE_PROVIDER not in {"console", "twilio"}:
    raise ImproperlyConfigured("PHONE_PROVIDER is console or twilio.")
if PHONE_PROVIDER == "twilio" and not (TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN and TWILIO_FROM):
    raise ImproperlyConfigured(
        "PHONE_PROVIDER=twilio needs TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN and TWILIO_FROM."
    )

# E-mail: an SMTP server (smtp+tls://user:password@host:587), or a backend of django-anymail.
EMAIL_URL = _as_given("EMAIL_URL")
ANYMAIL = env.json("ANYMAIL", default={})
EMAIL_BACKEND = env.str("EMAIL_BACKEND", default="django.core.mail.backends.smtp.EmailBackend")
EMAIL_PROVIDER = "mail" if EMAIL_URL or ANYMAIL else "console"
_mail = environ.Env.email_url_config(EMAIL_URL) if EMAIL_URL else {}
EMAIL_HOST = _mail.get("EMAIL_HOST") or "localhost"
EMAIL_PORT = _mail.get("EMAIL_PORT") or 25
EMAIL_HOST_USER = _mail.get("EMAIL_HOST_USER") or ""
EMAIL_HOST_PASSWORD = _mail.get("EMAIL_HOST_PASSWORD") or ""
EMAIL_USE_TLS = bool(_mail.get("EMAIL_USE_TLS"))
EMAIL_USE_SSL = bool(_mail.get("EMAIL_USE_SSL"))
EMAIL_TIMEOUT = 20

# Web push: a P-256 private key (32 bytes, base64url). Without one nobody can subscribe.
VAPID_PRIVATE_KEY = _as_given("VAPID_PRIVATE_KEY")
_host = urlsplit(env.str("PUBLIC_URL", default="")).hostname or "localhost"
_domain = _host if "." in _host and not _host.replace(".", "").isdigit() else "localhost.invalid"
VAPID_CONTACT = env.str("VAPID_CONTACT", default=f"mailto:postmaster@{_domain}")
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default=f"no-reply@{_domain}")
# A browser names the address to post to; only those of the known push services are posted to.
PUSH_HOSTS = env.list(
    "PUSH_HOSTS",
    default=[
        "fcm.googleapis.com",
        ".push.services.mozilla.com",
        ".push.apple.com",
        ".notify.windows.com",
    ],
)

# How long a participant has to answer a finding, from when they were told of it.
FINDING_ANSWER_DAYS = env.int("FINDING_ANSWER_DAYS", default=14)
if not 3 <= FINDING_ANSWER_DAYS <= 90:
    raise ImproperlyConfigured("FINDING_ANSWER_DAYS is between 3 and 90.")
