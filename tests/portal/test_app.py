"""The portal as an app: manifest, worker, offline page, and what of them knows nobody."""

import json
import re

import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from PIL import Image

from casework.common.languages import LANGUAGES

pytestmark = pytest.mark.django_db


def test_each_language_has_a_manifest_that_runs_its_way(client: Client) -> None:
    for language, _name in LANGUAGES:
        told = client.get(f"/manifest/{language}.webmanifest").json()
        assert told["lang"] == language
        assert told["dir"] == ("rtl" if language == "ar" else "ltr")
        assert told["start_url"] == "/home/"
    assert client.get("/manifest/xx.webmanifest").status_code == 404


def test_the_icons_of_the_manifest_have_the_size_it_says(client: Client) -> None:
    for icon in client.get("/manifest/en.webmanifest").json()["icons"]:
        found = finders.find(icon["src"].removeprefix("/static/"))
        with Image.open(str(found)) as picture:
            assert f"{picture.width}x{picture.height}" == icon["sizes"]


def test_the_offline_page_speaks_the_language_and_names_nobody(alice_in: Client) -> None:
    page = alice_in.get("/offline/es/").content.decode()
    assert '<html lang="es" dir="ltr">' in page
    assert "Sin conexión" in page
    assert "Alice" not in page
    assert "csrfmiddlewaretoken" not in page
    assert alice_in.get("/offline/xx/").status_code == 404


def test_the_worker_keeps_files_of_the_look_alone(client: Client) -> None:
    script = client.get("/service-worker.js").content.decode()
    site = json.loads(re.match(r"const SITE = (.+);\n", script)[1])  # type: ignore[index]
    assert all(file.startswith("/static/portal/") for file in site["files"])
    assert site["kept"] in site["files"]


def test_every_page_leads_to_manifest_and_offline_page_of_its_language(alice_in: Client) -> None:
    alice_in.post("/language/", {"language": "ar", "next": "/home/"})
    page = alice_in.get("/home/").content.decode()
    assert 'href="/manifest/ar.webmanifest"' in page
    assert 'data-offline="/offline/ar/"' in page
