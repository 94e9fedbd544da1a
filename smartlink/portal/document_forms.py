"""What people fill in to send a document. The form reads; the services decide."""

from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from casework.documents.intake import contents_of
from casework.documents.models import KINDS
from casework.documents.rules import LONGEST_NOTE, DocumentKind
from casework.documents.services import NewDocument
from smartlink.portal.forms import PortalForm, new_key

ACCEPTED: Final = "image/*,.heic,.heif,application/pdf"


class PagesInput(forms.FileInput):
    """Several at once; on a phone it offers the camera and the files."""

    allow_multiple_selected = True

    def __init__(self) -> None:
        super().__init__(attrs={"accept": ACCEPTED, "multiple": True})


class PagesField(forms.FileField):
    """Any files, also none and empty ones: what they are, the service says."""

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        files = data if isinstance(data, list | tuple) else [data]
        return [one for one in files if one is not None]


class DocumentForm(PortalForm):
    """`files`, and after them `page_2` and so on: a camera gives one photo at a time."""

    files = PagesField(  # type: ignore[assignment]
        label=_("Photos of the pages, or a PDF"),
        help_text=_("Take a photo of each page, or choose files. Up to 10 pages are one document."),
        required=False,
        widget=PagesInput(),
    )
    page_2 = PagesField(label=_("Page 2"), required=False, widget=PagesInput())
    page_3 = PagesField(label=_("Page 3"), required=False, widget=PagesInput())
    page_4 = PagesField(label=_("Page 4"), required=False, widget=PagesInput())
    kind = forms.ChoiceField(
        label=_("What is it?"),
        choices=KINDS,
        widget=forms.RadioSelect(),
        error_messages={"required": _("Choose what it is.")},
    )
    note = forms.CharField(
        label=_("Anything your officer should know (optional)"),
        max_length=LONGEST_NOTE,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "dir": "auto"}),
    )
    key = forms.CharField(
        max_length=64, required=False, initial=new_key, widget=forms.HiddenInput()
    )

    @property
    def more_pages(self) -> list[Any]:
        return [self["page_2"], self["page_3"], self["page_4"]]

    def new(self) -> NewDocument:
        said = self.cleaned_data
        files = [one for name in ("files", "page_2", "page_3", "page_4") for one in said[name]]
        return NewDocument(
            kind=DocumentKind(said["kind"]),
            files=contents_of(files),
            note=said["note"],
            key=said["key"],
        )
