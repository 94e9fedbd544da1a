"""The API described by itself: OpenAPI, and a page to try it on."""

from csp.constants import SELF, UNSAFE_INLINE
from csp.decorators import csp_update
from django.utils.decorators import method_decorator
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerView

from casework.common.api import OpenToAll


class Schema(SpectacularAPIView):
    """The OpenAPI document. What there is to call is no secret."""

    permission_classes = (OpenToAll,)
    authentication_classes = ()


# The page of the library starts itself by an inline script and styles itself inline.
@method_decorator(
    csp_update({"script-src": [SELF, UNSAFE_INLINE], "style-src": [SELF, UNSAFE_INLINE]}),
    name="dispatch",
)
class Docs(SpectacularSwaggerView):
    """Swagger UI from our own files."""

    permission_classes = (OpenToAll,)
    authentication_classes = ()
