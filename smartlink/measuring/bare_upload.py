"""A Django that does nothing but keep a file: what `bench upload` measures attempts beside.

A program of its own, served with gunicorn: no middleware, no database, no look at the file.
"""

import os
import uuid

from django.conf import settings
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse
from django.urls import path


def keep(request: HttpRequest) -> HttpResponse:
    """The uploaded photo, under a name of its own."""
    photo = request.FILES.get("photo")
    if isinstance(photo, UploadedFile):
        default_storage.save(f"{uuid.uuid4()}.jpg", photo)
    return HttpResponse(status=202)


urlpatterns = [path("", keep)]

if not settings.configured:
    settings.configure(
        ALLOWED_HOSTS=["localhost"], ROOT_URLCONF=__name__, MEDIA_ROOT=os.environ["MEDIA_ROOT"]
    )
application = get_wsgi_application()
