"""How django-unfold draws the staff site: names, navigation, colours."""

from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

_WEIGHTS = ["50", "100", "200", "300", "400", "500", "600", "700", "800", "900", "950"]
UNFOLD = {
    "SITE_TITLE": "SmartLink",
    "SITE_HEADER": "SmartLink",
    "SITE_SUBHEADER": _("Staff"),
    "SITE_URL": None,
    "SITE_ICON": "smartlink.console.look.mark",
    "SITE_FAVICONS": [
        {"rel": "icon", "type": "image/svg+xml", "href": "smartlink.console.look.mark"}
    ],
    "SHOW_HISTORY": False,
    "SHOW_VIEW_ON_SITE": False,
    "BORDER_RADIUS": "8px",
    "STYLES": ["smartlink.console.look.style"],
    "LOGIN": {"form": "smartlink.console.forms.SignInForm"},
    "DASHBOARD_CALLBACK": "smartlink.console.views.today.today",
    "ACCOUNT": {
        "navigation": [
            {"title": _("Your account"), "link": reverse_lazy("accounts:account")},
        ]
    },
    "SIDEBAR": {"navigation": "smartlink.console.navigation.sidebar"},
    "COLORS": {
        "base": dict(
            zip(_WEIGHTS, ["#f5f8f9", "#ecf1f4", "#dbe3e8", "#c3ced5", "#8fa0ab", "#5a6c78",
                           "#455761", "#32444f", "#22313a", "#16222a", "#0e171d"], strict=True)
        ),
        "primary": dict(
            zip(_WEIGHTS, ["#eef7fa", "#e1eff3", "#b9dce6", "#8cc8d8", "#5fb4c9", "#49a5bd",
                           "#0b5568", "#094a5b", "#083f4e", "#06323e", "#04222b"], strict=True)
        ),
    },
}  # fmt: skip
