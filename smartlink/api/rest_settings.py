"""Settings of Django REST framework."""

from typing import Any

import environ

env = environ.Env()

REST: dict[str, Any] = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "smartlink.api.authentication.BearerAuthentication",
        "smartlink.api.authentication.StaffSessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["casework.common.api.StaffOnly"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": [
        "smartlink.api.parsers.Json",
        "rest_framework.parsers.MultiPartParser",
    ],
    "DEFAULT_PAGINATION_CLASS": "smartlink.api.pagination.Pages",
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_THROTTLE_CLASSES": ["smartlink.api.throttles.Everyone"],
    "DEFAULT_THROTTLE_RATES": {
        "everyone": env.str("THROTTLE_EVERYONE", default="1200/min"),
        "sign_in": env.str("THROTTLE_SIGN_IN", default="30/min"),
        "attempts": env.str("THROTTLE_ATTEMPTS", default="20/min"),
        "pieces": env.str("THROTTLE_PIECES", default="300/min"),
        "receipts": env.str("THROTTLE_RECEIPTS", default="60/min"),
    },
    "EXCEPTION_HANDLER": "smartlink.api.problems.as_problem",
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
