"""How we reach you: the ways of telling, reminders, quiet hours, notifications on this phone."""

import json
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from casework.common import clock
from casework.common.errors import RuleError
from casework.notices.models import NoticePreferences, PushSubscription
from casework.notices.preferences import Browser, Wishes, set_preferences, subscribe, unsubscribe
from casework.notices.providers.webpush import public_key
from casework.notices.rules import DEFAULT_ORDER, DEFAULT_QUIET, Channel
from casework.participants.models import Participant
from smartlink.portal.forms import PortalForm
from smartlink.portal.gates import for_participant

LONGEST_SUBSCRIPTION = 4000
WAYS = [
    ("", gettext_lazy("Nothing more")),
    (Channel.PUSH.value, gettext_lazy("Notification on the phone")),
    (Channel.SMS.value, gettext_lazy("Text message")),
    (Channel.VOICE.value, gettext_lazy("Phone call")),
    (Channel.EMAIL.value, gettext_lazy("E-mail")),
]


class TimeField(forms.TimeField):
    def __init__(self, label: Any) -> None:
        super().__init__(
            label=label,
            widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
            error_messages={
                "required": gettext_lazy("Write a time as hours and minutes, such as 09:30."),
                "invalid": gettext_lazy("Write a time as hours and minutes, such as 09:30."),
            },
        )


class ReachForm(PortalForm):
    """Four ways in order; an empty one ends the list."""

    ORDER = ("first", "second", "third", "fourth")

    first = forms.ChoiceField(label=gettext_lazy("First"), choices=WAYS, required=False)
    second = forms.ChoiceField(label=gettext_lazy("Then"), choices=WAYS, required=False)
    third = forms.ChoiceField(label=gettext_lazy("After that"), choices=WAYS, required=False)
    fourth = forms.ChoiceField(label=gettext_lazy("At last"), choices=WAYS, required=False)
    reminders = forms.BooleanField(
        label=gettext_lazy("Remind me while a check-in is open"), required=False
    )
    quiet_from = TimeField(gettext_lazy("Quiet from"))
    quiet_until = TimeField(gettext_lazy("Quiet until"))

    @property
    def ways(self) -> list[forms.BoundField]:
        return [self[name] for name in self.ORDER]

    def wishes(self) -> Wishes:
        said = self.cleaned_data
        return Wishes(
            channels=[Channel(said[name]) for name in self.ORDER if said[name]],
            reminders=said["reminders"],
            quiet_from=said["quiet_from"],
            quiet_until=said["quiet_until"],
        )


@require_http_methods(["GET", "HEAD", "POST"])
@for_participant
def reach(request: HttpRequest, participant: Participant) -> HttpResponse:
    form = ReachForm(request.POST or None, initial=_now_in_force(participant))
    if request.method == "POST" and form.is_valid():
        try:
            set_preferences(participant, form.wishes(), now=clock.now())
        except RuleError as refusal:
            form.refuse(refusal, fields={"channels": "first"})
        else:
            return HttpResponseRedirect(reverse("reach:reach") + "?saved=1")
    context = {
        "participant": participant,
        "form": form,
        "now": clock.now(),
        "saved": "saved" in request.GET,
        "points": list(participant.contact_points.all()),
        "push_key": public_key(),
        "browsers": list(PushSubscription.objects.of(participant)),
    }
    return render(request, "portal/reach.html", context, status=422 if form.errors else 200)


def _now_in_force(participant: Participant) -> dict[str, Any]:
    """What holds: the person's own wishes, or the defaults."""
    wish = NoticePreferences.objects.filter(participant=participant).first()
    channels = list(wish.channels) if wish else [channel.value for channel in DEFAULT_ORDER]
    channels += [""] * (len(ReachForm.ORDER) - len(channels))
    return {
        **dict(zip(ReachForm.ORDER, channels, strict=True)),
        "reminders": wish.reminders if wish else True,
        "quiet_from": wish.quiet_from if wish else DEFAULT_QUIET[0],
        "quiet_until": wish.quiet_until if wish else DEFAULT_QUIET[1],
    }


@require_POST
@for_participant
def push_on(request: HttpRequest, participant: Participant) -> HttpResponse:
    """A browser whose owner has agreed, as JSON from our own script."""
    try:
        sent = json.loads(request.body[:LONGEST_SUBSCRIPTION])
        keys = sent["keys"]
        browser = Browser(
            endpoint=str(sent["endpoint"]),
            p256dh=str(keys["p256dh"]),
            auth=str(keys["auth"]),
            device=request.headers.get("User-Agent", ""),
        )
    except (ValueError, KeyError, TypeError):
        return JsonResponse({"message": _("That did not work. Please try again.")}, status=400)
    try:
        subscribe(participant, browser, now=clock.now())
    except RuleError as refusal:
        return JsonResponse({"message": str(refusal)}, status=422)
    return JsonResponse({"next": reverse("reach:reach")})


@require_POST
@for_participant
def push_off(request: HttpRequest, participant: Participant, browser_id: UUID) -> HttpResponse:
    unsubscribe(participant, browser_id, now=clock.now())
    return HttpResponseRedirect(reverse("reach:reach"))
