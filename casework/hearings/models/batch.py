"""A file of hearing dates on its way in: what it would do, and what it did."""

from casework.common.imports.models import ImportState, UploadModel, upload_constraints

__all__ = ["HearingImport", "ImportState"]


class HearingImport(UploadModel):
    """An upload of hearing dates."""

    class Meta(UploadModel.Meta):
        constraints = upload_constraints("hearing_import")
