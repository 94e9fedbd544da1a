"""Alice sends documents; her officer, and one next door."""

import io

import pytest
from PIL import Image

from casework.documents.rules import DocumentKind
from casework.documents.services import NewDocument
from casework.participants.models import Participant
from casework.staff.models import User
from tests import people

PDF = b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def page(colour: str = "white", kind: str = "PNG") -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (300, 400), colour).save(file, kind)
    return file.getvalue()


def paper(*files: bytes, kind: DocumentKind = DocumentKind.ADDRESS, **more: object) -> NewDocument:
    return NewDocument(kind, files or (page(),), **more)  # type: ignore[arg-type]


@pytest.fixture
def officer(db: None) -> User:
    return people.officer(people.office())


@pytest.fixture
def colleague(officer: User) -> User:
    return people.officer(officer.offices.get())


@pytest.fixture
def alice(officer: User) -> Participant:
    return people.participant(officer)
