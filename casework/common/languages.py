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
