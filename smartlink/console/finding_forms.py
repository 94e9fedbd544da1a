"""Forms about findings."""

from collections.abc import Iterable
from typing import Any

from django import forms

from casework.findings.models import KINDS
from casework.findings.rules import LONGEST_REASON


class ProposeForm(forms.Form):
    """What is said, and why. The choice is what the thing bears out."""

    kind = forms.ChoiceField(label="What you found", choices=())
    reason = forms.CharField(
        label="Reason",
        max_length=LONGEST_REASON,
        help_text="The participant reads it: say plainly what happened and why you think so.",
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, *args: Any, kinds: Iterable[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = set(kinds)
        self.fields["kind"].choices = [  # type: ignore[attr-defined]
            (key, word) for key, word in KINDS if key in known
        ]
