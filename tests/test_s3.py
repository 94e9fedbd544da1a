"""Photos and reports in S3-compatible storage: kept, read back, private, shown by ending links."""

import hashlib
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import boto3
import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from casework.common import clock
from casework.staff.models import User
from checkins import submissions
from checkins.models import Attempt, ReferencePhoto
from smartlink.reports import asking, job, services
from smartlink.stack.processes import Launch, end, free_port, spawn, wait_until
from tests import people
from tests.verification.portraits import astronaut, encoded

pytestmark = [pytest.mark.s3, pytest.mark.django_db]

BUCKET = "photos"
ROOT = Path(__file__).parent.parent
PORTS = [
    "master.port", "master.port.grpc", "volume.port", "volume.port.grpc",
    "filer.port", "filer.port.grpc", "s3.port", "s3.port.grpc",
]  # fmt: skip


@dataclass(frozen=True)
class Server:
    url: str
    access_key: str
    secret_key: str

    @property
    def environment(self) -> dict[str, str]:
        """What an operator sets."""
        return {
            "STORAGE_BUCKET": BUCKET,
            "STORAGE_URL": self.url,
            "AWS_ACCESS_KEY_ID": self.access_key,
            "AWS_SECRET_ACCESS_KEY": self.secret_key,
            "AWS_REGION": "us-east-1",
        }


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A real server (SeaweedFS) with one account and an empty private bucket."""
    folder = tmp_path_factory.mktemp("s3")
    ports = {name: free_port() for name in PORTS}
    one = Server(
        f"http://127.0.0.1:{ports['s3.port']}", secrets.token_hex(10), secrets.token_hex(20)
    )
    account = {
        "name": "smartlink",
        "credentials": [{"accessKey": one.access_key, "secretKey": one.secret_key}],
        "actions": ["Admin", "Read", "Write", "List", "Tagging"],
    }
    (folder / "s3.json").write_text(json.dumps({"identities": [account]}))
    (folder / "data").mkdir()
    argv = [
        Path(sys.executable).with_name("weed"), "server", f"-dir={folder / 'data'}",
        "-ip=127.0.0.1", "-ip.bind=127.0.0.1", "-s3", "-s3.port.iceberg=0",
        f"-s3.config={folder / 's3.json'}", *(f"-{name}={port}" for name, port in ports.items()),
    ]  # fmt: skip
    env = {**os.environ, "HOME": str(folder), "WEED_S3_SSE_KEK": secrets.token_hex(32)}
    popen = spawn(Launch(argv, env, log=folder / "weed.log", cwd=folder))
    try:
        assert wait_until(lambda: has_bucket(one), popen, seconds=60), (
            folder / "weed.log"
        ).read_text()[-3000:]
        yield one
    finally:
        end(popen, signal.SIGTERM, seconds=1)


def has_bucket(server: Server) -> bool:
    """Whether the server answers, with the bucket made."""
    with suppress(OSError), socket.create_connection(("127.0.0.1", urlsplit(server.url).port or 0)):
        client = boto3.client(
            "s3",
            endpoint_url=server.url,
            region_name="us-east-1",
            aws_access_key_id=server.access_key,
            aws_secret_access_key=server.secret_key,
        )
        try:
            client.create_bucket(Bucket=BUCKET)
        except client.exceptions.ClientError:
            return False
        else:
            return True
        finally:
            client.close()
    return False


@pytest.fixture
def bucket(server: Server, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The storage that the settings make of an operator's environment."""
    code = "from smartlink import settings; import json; print(json.dumps(settings.STORAGES))"
    env = {**os.environ, **server.environment}
    made = subprocess.run(
        [sys.executable, "-c", code], env=env, cwd=ROOT, capture_output=True, text=True, check=True
    )
    for name, value in server.environment.items():
        monkeypatch.setenv(name, value)
    settings.STORAGES = json.loads(made.stdout)
    settings.STORAGE_BUCKET = BUCKET


@pytest.fixture
def kept(bucket: None) -> tuple[ReferencePhoto, Attempt]:
    """A reference photo and an attempt, sent like any other."""
    now = clock.now()
    officer = people.officer(people.office())
    person = people.participant(officer)
    photo = SimpleUploadedFile("a.jpg", encoded(astronaut()), "image/jpeg")
    reference = submissions.submit_reference_photo(person, photo, by=officer, now=now)
    selfie = SimpleUploadedFile("b.jpg", encoded(astronaut(), quality=80), "image/jpeg")
    check_in = people.open_check_in(person, officer)
    return reference, submissions.submit_attempt(check_in, selfie, submissions.Sent(), now=now)


def status_of(url: str) -> int:
    try:
        with urllib.request.urlopen(url, timeout=10) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        with error:
            return error.code


def test_photos_are_kept_there_and_read_back(
    kept: tuple[ReferencePhoto, Attempt], media_root: Path
) -> None:
    reference, attempt = kept
    with default_storage.open(reference.photo.name) as file:
        assert file.read() == encoded(astronaut())
    with default_storage.open(attempt.photo.name) as file:
        assert file.read() == encoded(astronaut(), quality=80)
    assert not media_root.exists()


def test_a_photo_is_encrypted_and_nobody_reads_it_without_a_link(
    kept: tuple[ReferencePhoto, Attempt], server: Server
) -> None:
    for photo in (row.photo for row in kept):
        stored = photo.storage.bucket.Object(photo.name)
        assert stored.server_side_encryption == "AES256"
        assert status_of(f"{server.url}/{BUCKET}/{photo.name}") == 403
    assert status_of(f"{server.url}/{BUCKET}/?list-type=2") == 403


def test_a_link_ends_and_opens_nothing_else(kept: tuple[ReferencePhoto, Attempt]) -> None:
    reference, attempt = kept
    link = reference.photo.url
    assert status_of(link) == 200
    parts = urlsplit(link)
    assert "X-Amz-Expires=300" in parts.query
    elsewhere = parts.path.replace(reference.photo.name, attempt.photo.name)
    assert status_of(urlunsplit(parts._replace(path=elsewhere))) == 403
    longer = parts.query.replace("X-Amz-Expires=300", "X-Amz-Expires=30000")
    assert status_of(urlunsplit(parts._replace(query=longer))) == 403
    made = next(word for word in parts.query.split("&") if word.startswith("X-Amz-Date="))
    ended = parts.query.replace(made, "X-Amz-Date=20200101T000000Z")
    assert status_of(urlunsplit(parts._replace(query=ended))) == 403


def test_a_link_is_refused_once_its_time_is_over(kept: tuple[ReferencePhoto, Attempt]) -> None:
    import time

    reference, _attempt = kept
    link = reference.photo.storage.url(reference.photo.name, expire=1)
    time.sleep(2.5)
    assert status_of(link) == 403


def test_staff_see_it_through_the_audited_view(
    kept: tuple[ReferencePhoto, Attempt], client: Client
) -> None:
    reference, _attempt = kept
    client.force_login(reference.added_by, backend="django.contrib.auth.backends.ModelBackend")
    answer = client.get(reverse("console:reference_photo", args=[reference.public_id]))
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/jpeg")


def test_a_report_is_kept_there_and_comes_by_a_link_of_a_minute_through_ours(
    bucket: None, client: Client, server: Server
) -> None:
    now = clock.now()
    office = people.office()
    boss, last = people.supervisor(office), now.date() - timedelta(days=1)
    wish = asking.Wish("compliance", last - timedelta(days=30), last)
    report = services.ask(wish, ["csv"], by=boss, now=now)
    assert job.make(report.pk, now=now)
    kept = report.files.get()
    assert status_of(f"{server.url}/{BUCKET}/{kept.file.name}") == 403

    def answer_to(user: User) -> HttpResponse:
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        ask = reverse("console:reports:download", args=[report.public_id, "csv"])
        return client.get(ask, follow=False)  # type: ignore[return-value]

    for stranger in (people.officer(office), people.supervisor(people.office())):
        assert answer_to(stranger).status_code == 404
    ours = answer_to(boss)
    link = client.get(ours["Location"], follow=False)["Location"]
    assert link.startswith(server.url)
    assert "X-Amz-Expires=60" in link
    with urllib.request.urlopen(link, timeout=10) as file:
        assert hashlib.sha256(file.read()).hexdigest() == kept.sha256
        assert file.headers["Content-Disposition"].startswith("attachment; filename=")
    assert status_of(link.replace(".csv?", ".pdf?")) == 403
