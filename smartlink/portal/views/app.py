"""The portal as an app: its manifest, its worker, and the page for when there is no network.

All three are the same for everybody who reads a language, and know nobody.
"""

import json

from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_safe

from casework.participants.models import Participant
from smartlink.portal.gates import for_anyone

WORKER = "portal/service-worker.js"
KEPT_FILES = (
    "portal/tokens.css", "portal/mark.svg", "portal/kept.js", "portal/outbox.js",
    "portal/sending.js", "portal/app.js",
)  # fmt: skip
"""What the offline page needs. Files of the look only."""


@require_safe
@for_anyone
def manifest(
    _request: HttpRequest, _participant: Participant | None, language: str
) -> HttpResponse:
    """What a phone puts on its home screen."""
    with _spoken(language):
        icons = [(192, "any"), (512, "any"), (512, "maskable")]
        named = {"any": "icon", "maskable": "icon-maskable"}
        told = {
            "id": "/",
            "name": "SmartLink",
            "short_name": "SmartLink",
            "description": _("Check-ins, hearings and help"),
            "lang": language,
            "dir": "rtl" if translation.get_language_bidi() else "ltr",
            "start_url": reverse("portal:home"),
            "scope": "/",
            "display": "standalone",
            "theme_color": "#0b5568",
            "background_color": "#f2f5f7",
            "icons": [
                {
                    "src": static(f"portal/{named[purpose]}-{side}.png"),
                    "sizes": f"{side}x{side}",
                    "type": "image/png",
                    "purpose": purpose,
                }
                for side, purpose in icons
            ],
        }
    response = JsonResponse(told, json_dumps_params={"ensure_ascii": False})
    response.headers["Content-Type"] = "application/manifest+json; charset=utf-8"
    return response


@require_safe
@for_anyone
def offline(_request: HttpRequest, _participant: Participant | None, language: str) -> HttpResponse:
    """Rendered for nobody in particular: a phone keeps this page."""
    with _spoken(language):
        return HttpResponse(render_to_string("portal/offline.html"))


@require_GET
@for_anyone
def service_worker(_request: HttpRequest, _participant: Participant | None) -> HttpResponse:
    """At the root of the site: a worker may only speak for what lies below its own address."""
    found = finders.find(WORKER)
    if found:
        with open(found, encoding="utf-8") as file:  # noqa: PTH123 - a path of Django's
            script = file.read()
    else:
        with staticfiles_storage.open(WORKER) as stored:
            script = stored.read().decode()
    # The files that modules import keep their plain names beside the hashed ones.
    plain = [settings.STATIC_URL + name for name in KEPT_FILES]
    files = sorted({*plain, *(static(name) for name in KEPT_FILES)})
    site = json.dumps({"kept": static("portal/kept.js"), "files": files})
    response = HttpResponse(
        f"const SITE = {site};\n{script}", content_type="text/javascript; charset=utf-8"
    )
    response.headers["Cache-Control"] = "no-cache"
    return response


def _spoken(language: str) -> translation.override:
    if language not in dict(settings.LANGUAGES):
        raise Http404
    return translation.override(language)
