"""What participants report and ask for, and what of it is in the record."""

from casework.requests.models.change import ChangeReport
from casework.requests.models.help import HelpRequest
from casework.requests.models.record import Circumstances, PhoneProof

__all__ = ["ChangeReport", "Circumstances", "HelpRequest", "PhoneProof"]
