"""Check-ins in the staff site."""

from checkins.admin import participant_file
from checkins.admin.check_ins import CheckInAdmin

participant_file.register()

__all__ = ["CheckInAdmin"]
