"""A file of people on its way in: what it would do, and what it did."""

from casework.common.imports.models import UploadModel, upload_constraints


class ParticipantImport(UploadModel):
    """An upload of people."""

    class Meta(UploadModel.Meta):
        constraints = upload_constraints("participant_import")
