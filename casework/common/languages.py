"""The languages that SmartLink speaks, by IETF tag, with their own names."""

LANGUAGES: tuple[tuple[str, str], ...] = (
    ("en", "English"),
    ("es", "Español"),
    ("pt", "Português"),
    ("ht", "Kreyòl ayisyen"),
    ("fr", "Français"),
    ("zh-hans", "简体中文"),
    ("ar", "العربية"),
    ("ru", "Русский"),
    ("pa", "ਪੰਜਾਬੀ"),
    ("vi", "Tiếng Việt"),
)

ENGLISH_NAMES: dict[str, str] = {
    "en": "English",
    "es": "Spanish",
    "pt": "Portuguese",
    "ht": "Haitian Creole",
    "fr": "French",
    "zh-hans": "Simplified Chinese",
    "ar": "Arabic",
    "ru": "Russian",
    "pa": "Punjabi",
    "vi": "Vietnamese",
}


def for_staff(tag: str) -> str:
    """In English with its own name: `Spanish (Español)`."""
    name, own = ENGLISH_NAMES[tag], dict(LANGUAGES)[tag]
    return name if name == own else f"{name} ({own})"
