"""Files on their way in: read within bounds, made safe, and named when one cannot be taken."""

from collections.abc import Iterator, Sequence

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from casework.common.errors import RuleError
from casework.common.safe_files import SafeFile, made_safe
from casework.documents import rules


def contents_of(files: Sequence["UploadedFile[bytes]"]) -> list[bytes]:
    """All of them, unless they are too large together: then nothing is read into memory."""
    if sum(one.size or 0 for one in files) > rules.MOST_BYTES:
        raise _too_large_together()
    return [one.read() for one in files]


def safe_pages(files: Sequence[bytes]) -> list[SafeFile]:
    """The pages of one document, one at least. Raises `RuleError` naming the page."""
    if not files:
        raise RuleError(_("Take a photo or choose a file first."), field="files")
    if len(files) > rules.MOST_PAGES:
        raise RuleError(
            _("Send %(most)d pages at most as one document.") % {"most": rules.MOST_PAGES},
            field="files",
        )
    return list(_made_safe(files, _("Page %(number)d:")))


def safe_attachments(files: Sequence[bytes]) -> list[SafeFile]:
    """What comes with a message, or nothing. Raises `RuleError` naming the file."""
    if len(files) > rules.MOST_WITH_A_MESSAGE:
        raise RuleError(
            _("Send %(most)d files at most with a message.") % {"most": rules.MOST_WITH_A_MESSAGE},
            field="files",
        )
    return list(_made_safe(files, _("File %(number)d:")))


def _made_safe(files: Sequence[bytes], name: str) -> Iterator[SafeFile]:
    if sum(map(len, files)) > rules.MOST_BYTES:
        raise _too_large_together()
    for number, content in enumerate(files, 1):
        try:
            yield made_safe(content, most_bytes=rules.MOST_FILE_BYTES)
        except RuleError as refusal:
            if len(files) == 1:
                raise
            which = name % {"number": number}
            raise RuleError(f"{which} {refusal}", field="files", code=refusal.code) from refusal


def _too_large_together() -> RuleError:
    return RuleError(_("All files together are too large. Send fewer at once."), field="files")
