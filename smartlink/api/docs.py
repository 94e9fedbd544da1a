"""The API described by itself: OpenAPI, and a page to try it on."""

from csp.constants import SELF, UNSAFE_INLINE
from csp.decorators import csp_replace
from django.utils.decorators import method_decorator
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from casework.common.api import OpenToAll
from smartlink.api import openapi

__all__ = ["Docs", "Schema", "openapi"]


class Schema(SpectacularAPIView):
    """The OpenAPI document, in YAML or JSON. What there is to call is no secret."""

    permission_classes = (OpenToAll,)
    authentication_classes = ()


# The library's page styles itself inline; its scripts come from our own files.
@method_decorator(
    csp_replace({"script-src": [SELF], "style-src": [SELF, UNSAFE_INLINE]}), name="dispatch"
)
class Docs(SpectacularSwaggerSplitView):
    """Swagger UI from our own files."""

    permission_classes = (OpenToAll,)
    authentication_classes = ()
