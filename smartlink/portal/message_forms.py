"""Messages to the office, and the files that come along. The form reads; the services decide."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from casework.documents.intake import contents_of
from casework.messages.models import LONGEST
from smartlink.portal.document_forms import PagesField, PagesInput
from smartlink.portal.forms import PortalForm, new_key


class MessageForm(PortalForm):
    """`files`, and after them `file_2` and `file_3`: a camera gives one photo at a time."""

    text = forms.CharField(
        label=_("Your message"),
        max_length=LONGEST,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5, "dir": "auto"}),
    )
    files = PagesField(  # type: ignore[assignment]
        label=_("Photos or PDFs (optional)"),
        help_text=_("Take a photo or choose files: up to 3."),
        required=False,
        widget=PagesInput(),
    )
    file_2 = PagesField(label=_("File 2"), required=False, widget=PagesInput())
    file_3 = PagesField(label=_("File 3"), required=False, widget=PagesInput())
    key = forms.CharField(
        max_length=64, required=False, initial=new_key, widget=forms.HiddenInput()
    )

    @property
    def more_files(self) -> list[Any]:
        return [self["file_2"], self["file_3"]]

    def contents(self) -> list[bytes]:
        """The files as they came. Raises `RuleError` when they are too large together."""
        said = self.cleaned_data
        return contents_of([one for name in ("files", "file_2", "file_3") for one in said[name]])
