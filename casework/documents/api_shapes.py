"""What documents look like over the API."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from casework.documents.models import KINDS, Author, Document, DocumentPage
from casework.documents.rules import LONGEST_NOTE, LONGEST_REASON, Standing

STATES = [(one.value, one.value) for one in Standing]


class PageShown(serializers.ModelSerializer[DocumentPage]):
    class Meta:
        model = DocumentPage
        fields = ["number", "media_type", "bytes", "sha256"]
        read_only_fields = fields


class DocumentShown(serializers.ModelSerializer[Document]):
    """`looked_at`: when staff first opened a participant's; `seen_at`: when the other side saw it.

    `for_staff` is null for a participant.
    """

    id = serializers.UUIDField(source="public_id", read_only=True)
    participant = serializers.UUIDField(source="participant.public_id", read_only=True)
    author = serializers.ChoiceField(Author.choices, read_only=True)
    added_by = serializers.CharField(
        source="added_by.full_name", default=None, allow_null=True, read_only=True,
        help_text="Who of the staff added it.",
    )  # fmt: skip
    kind = serializers.ChoiceField(KINDS, read_only=True)
    state = serializers.ChoiceField(STATES, read_only=True)
    message = serializers.UUIDField(
        source="came_with", read_only=True, allow_null=True, help_text="The one it came with."
    )
    pages = serializers.SerializerMethodField(help_text="Empty once it is taken back or removed.")
    for_staff = serializers.SerializerMethodField()

    class Meta:
        model = Document
        fields = [
            "id", "participant", "author", "added_by", "kind", "note", "state", "sent_at",
            "looked_at", "seen_at", "removed_at", "removal_reason", "message", "pages",
            "for_staff",
        ]  # fmt: skip
        read_only_fields = fields

    @extend_schema_field(PageShown(many=True))
    def get_pages(self, document: Document) -> Any:
        if document.removed_at is not None:
            return []
        return PageShown(document.pages.all(), many=True).data

    @extend_schema_field(
        {
            "type": ["object", "null"],
            "properties": {
                "shared": {"type": "boolean"},
                "why_hidden": {"type": "string"},
                "description": {"type": "string"},
                "about": {"type": "string", "description": "`kind:id` of what it belongs to."},
            },
        }
    )
    def get_for_staff(self, document: Document) -> dict[str, Any] | None:
        if not self.context["for_staff"]:
            return None
        about = f"{document.about_kind}:{document.about_id}" if document.about_kind else ""
        return {
            "shared": document.shared,
            "why_hidden": document.why_hidden,
            "description": document.description,
            "about": about,
        }


class NewDocumentFacts(serializers.Serializer[Any]):
    files = serializers.ListField(
        child=serializers.FileField(allow_empty_file=True),
        help_text="The pages: photos (JPEG, PNG, WebP, HEIC) or PDFs; ten at most.",
    )
    kind = serializers.ChoiceField(KINDS)
    note = serializers.CharField(
        required=False, default="", allow_blank=True, max_length=LONGEST_NOTE
    )
    participant = serializers.UUIDField(
        required=False, help_text="Staff say whose file; a participant sends to the own."
    )
    shared = serializers.BooleanField(
        required=False, default=True, help_text="Staff: may the participant see it?"
    )
    why_hidden = serializers.CharField(
        required=False, default="", allow_blank=True, max_length=LONGEST_REASON,
        help_text="Staff: why not, where it is not shared.",
    )  # fmt: skip


class DocumentFilters(serializers.Serializer[Any]):
    participant = serializers.UUIDField(required=False, help_text="Only of this one's (staff).")
    kind = serializers.ChoiceField(KINDS, required=False)
    waiting = serializers.BooleanField(
        required=False, default=False, help_text="Only what staff have not seen."
    )


class Described(serializers.Serializer[Any]):
    description = serializers.CharField(
        required=False, allow_blank=True, max_length=LONGEST_NOTE, help_text="For colleagues."
    )
    about = serializers.CharField(
        required=False, allow_blank=True, help_text="`hearing:{id}`, `change:{id}`, or empty."
    )


class RemovalReason(serializers.Serializer[Any]):
    reason = serializers.CharField(max_length=LONGEST_REASON, help_text="Who sent it reads this.")
