"""What a browser calls itself, in words that its owner knows."""

from django.utils.translation import gettext as _

# The more telling first: Edge says Chrome too, and Chrome Safari.
BROWSERS = [("Edg", "Edge"), ("SamsungBrowser", "Samsung Internet"), ("Firefox", "Firefox"),
            ("Chrome", "Chrome"), ("CriOS", "Chrome"), ("Safari", "Safari"),
            ("Version/", "Safari")]  # fmt: skip
SYSTEMS = [("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"),
           ("Windows", "Windows"), ("Mac OS", "Mac"), ("Linux", "Linux")]  # fmt: skip


def device_name(user_agent: str) -> str:
    """ "Chrome · Android", as far as the browser tells."""
    browser = next((name for sign, name in BROWSERS if sign in user_agent), _("A browser"))
    system = next((name for sign, name in SYSTEMS if sign in user_agent), "")
    return f"{browser} · {system}" if system else browser
