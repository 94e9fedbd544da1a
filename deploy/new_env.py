"""Prints an environment for compose.yaml with new secrets: `new_env.py https://ADDRESS`.

Needs Python alone. What else can be set is in the README's table; nothing here is a default that
could be guessed, and the file it makes is kept out of the repository.
"""

import base64
import secrets
import sys
from urllib.parse import urlsplit


def environment(public_url: str) -> dict[str, str]:
    """Every value that has to be there. Raises `ValueError` for what is no https:// address."""
    parts = urlsplit(public_url)
    if parts.scheme != "https" or not parts.hostname:
        raise ValueError(f"{public_url} is not the https:// address that people open.")
    database, broker = secrets.token_hex(24), secrets.token_hex(24)
    return {
        "SMARTLINK_ENV": "production",
        "PUBLIC_URL": public_url.rstrip("/"),
        "BEHIND_PROXY": "true",
        "SECRET_KEY": secrets.token_urlsafe(60),
        "AUDIT_KEYS": secrets.token_urlsafe(60),
        "TEMPLATE_KEYS": base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
        "METRICS_TOKEN": secrets.token_urlsafe(30),
        "POSTGRES_USER": "smartlink",
        "POSTGRES_PASSWORD": database,
        "POSTGRES_DB": "smartlink",
        "DATABASE_URL": f"postgres://smartlink:{database}@database/smartlink",
        "BROKER_PASSWORD": broker,
        "REDIS_URL": f"redis://:{broker}@broker/0",
    }


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    try:
        made = environment(sys.argv[1])
    except ValueError as error:
        sys.exit(str(error))
    sys.stdout.writelines(f"{name}={value}\n" for name, value in made.items())
