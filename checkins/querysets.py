"""Which check-ins, attempts and photos a person may see, and which need something done."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Exists, ExpressionWrapper, OuterRef, Q

from casework.participants.models import Consent
from casework.participants.querysets import scope
from checkins.rules import MOST_TRIES
from checkins.states import WAITING_FOR_PARTICIPANT, State

if TYPE_CHECKING:
    from casework.participants.models import Participant
    from casework.staff.models import User


class CheckInQuerySet(models.QuerySet["CheckIn"]):  # type: ignore[name-defined]
    def visible_to(self, user: "User") -> "CheckInQuerySet":
        """Those of the participants `user` may see; planned times are secret from everyone."""
        return self.issued().filter(scope(user, "participant"))

    def of(self, participant: "Participant") -> "CheckInQuerySet":
        """Those a participant may see: the own ones, once issued."""
        return self.issued().filter(participant=participant)

    def issued(self) -> "CheckInQuerySet":
        return self.filter(issued_at__isnull=False)

    def to_answer(self) -> "CheckInQuerySet":
        return self.filter(state__in=[state.value for state in WAITING_FOR_PARTICIPANT])

    def in_review(self) -> "CheckInQuerySet":
        return self.filter(state=State.IN_REVIEW.value)

    def overdue(self, now: datetime) -> "CheckInQuerySet":
        """Open and past the deadline: the closing sweep's work."""
        return self.filter(state=State.OPEN.value, deadline_at__lte=now)


class AttemptQuerySet(models.QuerySet["Attempt"]):  # type: ignore[name-defined]
    def visible_to(self, user: "User") -> "AttemptQuerySet":
        return self.filter(scope(user, "check_in__participant"))

    def of(self, participant: "Participant") -> "AttemptQuerySet":
        return self.filter(check_in__participant=participant)


class PhoneCallQuerySet(models.QuerySet["PhoneCall"]):  # type: ignore[name-defined]
    def visible_to(self, user: "User") -> "PhoneCallQuerySet":
        return self.filter(scope(user, "participant"))

    def of(self, participant: "Participant") -> "PhoneCallQuerySet":
        return self.filter(participant=participant)

    def to_place(self, now: datetime) -> "PhoneCallQuerySet":
        """Calls of ours that no worker has taken on yet."""
        return self.filter(state="queued", created_at__lte=now)

    def to_fetch(self, now: datetime) -> "PhoneCallQuerySet":
        """Calls whose recording is still with the provider."""
        return self.filter(next_fetch_at__lte=now)


class ReceiptQuerySet(models.QuerySet["Receipt"]):  # type: ignore[name-defined]
    def of(self, participant: "Participant") -> "ReceiptQuerySet":
        return self.filter(check_in__participant=participant)


class ToldQuerySet(models.QuerySet["Told"]):  # type: ignore[name-defined]
    def visible_to(self, user: "User") -> "ToldQuerySet":
        return self.filter(scope(user, "check_in__participant"))

    def to_handle(self) -> "ToldQuerySet":
        """A change, a need or a wish for a call that no officer has seen to yet."""
        return self.filter(needs_officer=True, handled_at__isnull=True)


class FrameQuerySet(models.QuerySet["Frame"]):  # type: ignore[name-defined]
    def visible_to(self, user: "User") -> "FrameQuerySet":
        return self.filter(scope(user, "attempt__check_in__participant"))


class ReferencePhotoQuerySet(models.QuerySet["ReferencePhoto"]):  # type: ignore[name-defined]
    def visible_to(self, user: "User") -> "ReferencePhotoQuerySet":
        return self.filter(scope(user, "participant"))

    def current(self) -> "ReferencePhotoQuerySet":
        return self.filter(retired_at__isnull=True)

    def usable(self) -> "ReferencePhotoQuerySet":
        return self.current().filter(state="usable")

    def given_up(self) -> "ReferencePhotoQuerySet":
        """Usable, but not under the newest weight set, which was tried several times."""
        tried = self.usable().filter(tries__gte=MOST_TRIES).exclude(reasons=[])
        return tried.filter(templates__isnull=False).distinct()

    def waiting(self) -> "ReferencePhotoQuerySet":
        return self.current().filter(state="waiting")

    def with_consent(self) -> "ReferencePhotoQuerySet":
        """Without those of people who took their consent back: nothing new is made of theirs."""
        return self.annotate_consent().filter(consent_stands=True)

    def annotate_consent(self) -> "ReferencePhotoQuerySet":
        """With `consent_stands`: given, or not asked for yet (`consent.has_withdrawn`)."""
        given = Consent.objects.filter(participant=OuterRef("participant"))
        standing = given.filter(withdrawn_at__isnull=True)
        stands = ExpressionWrapper(
            Q(Exists(standing)) | ~Q(Exists(given)), output_field=models.BooleanField()
        )
        rows: ReferencePhotoQuerySet = self.annotate(consent_stands=stands)
        return rows

    def enrolled(self) -> "ReferencePhotoQuerySet":
        """Made in person: what photos from check-ins are measured against."""
        return self.filter(source="enrolment")

    def with_source(self) -> "ReferencePhotoQuerySet":
        """With who added it and from which check-in, in the same query; enrolment first."""
        rows = self.select_related("added_by", "confirmed_by", "taken_from__check_in")
        return rows.order_by("-source", "added_at", "pk")

    def to_confirm(self) -> "ReferencePhotoQuerySet":
        """From check-ins, unlike the enrolment photos: a second person looks first."""
        return self.current().filter(state="unlike")

    def without_template(self, weights_name: str, weights_version: str) -> "ReferencePhotoQuerySet":
        """Usable or unchecked, with no template under this weight set yet."""
        made = Q(templates__weights_name=weights_name, templates__weights_version=weights_version)
        return self.current().filter(state__in=["waiting", "usable"]).exclude(made)
