"""Files that belong to a row: written before it, and taken away again if it is not kept."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.core.files.base import ContentFile
from django.db import models


@contextmanager
def kept_file(row: models.Model, field: str, content: bytes, suffix: str) -> Iterator[str]:
    """Store `content` as `row`'s file field would name it; yield the name for the new row.

    A crash between file and row leaves a file without a row, never a row without its file.
    """
    file_field = getattr(row, field).field
    storage = file_field.storage
    name = storage.save(file_field.generate_filename(row, f"file{suffix}"), ContentFile(content))
    try:
        yield name
    except BaseException:
        storage.delete(name)
        raise
