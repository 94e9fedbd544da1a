"""The people supervised: who they are, their cases, how to reach them, how they sign in."""

from datetime import datetime

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from phonenumber_field.modelfields import PhoneNumberField
from timezone_field import TimeZoneField

from casework.common.actors import Actor
from casework.common.languages import LANGUAGES, for_staff
from casework.common.models import PasskeyModel, PublicIdModel, one_of
from casework.participants.batch import ParticipantImport as ParticipantImport
from casework.participants.querysets import (
    KEYPAD_OF_LOGIN,
    CredentialQuerySet,
    ParticipantQuerySet,
)
from casework.participants.rules import LEVELS, Step
from casework.participants.search import Folded
from casework.staff.models import Office, User


class Sex(models.TextChoices):
    FEMALE = "female", _("Female")
    MALE = "male", _("Male")
    OTHER = "other", _("Other")
    NOT_RECORDED = "", _("Not recorded")


class Participant(PublicIdModel):
    """A person released while awaiting immigration hearings."""

    given_name = models.CharField(_("given name"), max_length=120)
    family_name = models.CharField(_("family name"), max_length=120)
    a_number = models.CharField(
        _("A-number"),
        max_length=9,
        unique=True,
        validators=[RegexValidator(r"^\d{9}$", _("An A-number has nine digits."))],
    )
    language = models.CharField(_("language"), max_length=8, choices=LANGUAGES, default="en")
    timezone = TimeZoneField(_("time zone"), default="America/New_York")
    date_of_birth = models.DateField(_("date of birth"), null=True, blank=True)
    sex = models.CharField(_("sex"), max_length=8, choices=Sex.choices, blank=True, default="")
    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="participants")
    created_at = models.DateTimeField(editable=False)
    closed_at = models.DateTimeField(_("supervision ended"), null=True, blank=True)

    objects = ParticipantQuerySet.as_manager()

    class Meta:
        ordering = ["family_name", "given_name", "pk"]
        indexes = [
            models.Index(fields=["office", "family_name", "given_name"], name="person_by_office"),
            models.Index(
                fields=["family_name", "given_name", "id"],
                condition=Q(closed_at__isnull=True),
                name="person_by_name",
            ),
            GinIndex(
                OpClass(Folded("given_name", "family_name"), name="gin_trgm_ops"),
                name="person_by_letters",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(a_number__regex=r"^[0-9]{9}$"), name="a_number_nine_digits"
            ),
            models.CheckConstraint(
                condition=Q(language__in=[tag for tag, _name in LANGUAGES]),
                name="participant_language_known",
            ),
        ]

    def __str__(self) -> str:
        return self.full_name

    @property
    def full_name(self) -> str:
        return f"{self.given_name} {self.family_name}".strip()

    @property
    def language_for_staff(self) -> str:
        return for_staff(self.language)

    @property
    def actor(self) -> Actor:
        return Actor.participant(self.public_id)


class CaseKind(models.TextChoices):
    REMOVAL = "removal", _("Removal")
    WITHHOLDING_ONLY = "withholding_only", _("Withholding-only")
    ASYLUM_ONLY = "asylum_only", _("Asylum-only")
    CREDIBLE_FEAR = "credible_fear", _("Credible fear review")
    OTHER = "other", _("Other")


class Docket(models.TextChoices):
    DETAINED = "detained", _("Detained")
    NON_DETAINED = "non_detained", _("Non-detained")


class ReleaseBasis(models.TextChoices):
    RECOGNIZANCE = "recognizance", _("Own recognizance")
    SUPERVISION = "supervision", _("Order of supervision")
    BOND = "bond", _("Bond")
    PAROLE = "parole", _("Parole")


class Case(PublicIdModel):
    """One proceeding of a participant."""

    participant = models.ForeignKey(Participant, on_delete=models.PROTECT, related_name="cases")
    kind = models.CharField(max_length=20, choices=CaseKind.choices, default=CaseKind.REMOVAL)
    docket = models.CharField(max_length=16, choices=Docket.choices, default=Docket.NON_DETAINED)
    release_basis = models.CharField(
        max_length=16, choices=ReleaseBasis.choices, default=ReleaseBasis.RECOGNIZANCE
    )
    nta_on = models.DateField(_("NTA date"), null=True, blank=True)
    released_on = models.DateField(null=True, blank=True)
    representative = models.CharField(max_length=160, blank=True)
    closed_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            one_of("kind", CaseKind, "case_kind_known"),
            one_of("docket", Docket, "case_docket_known"),
            one_of("release_basis", ReleaseBasis, "case_release_basis_known"),
        ]

    def __str__(self) -> str:
        return str(CaseKind(self.kind).label)


class ContactPoint(PublicIdModel):
    """A way to reach a participant; `verified_at` once they answered through it."""

    class Kind(models.TextChoices):
        PHONE = "phone", _("Phone")
        EMAIL = "email", _("E-mail")

    participant = models.ForeignKey(
        Participant, on_delete=models.CASCADE, related_name="contact_points"
    )
    kind = models.CharField(max_length=8, choices=Kind.choices)
    phone = PhoneNumberField(blank=True)
    email = models.EmailField(blank=True)
    preferred = models.BooleanField(default=False)
    verified_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-preferred", "pk"]
        indexes = [
            models.Index(fields=["phone"], condition=~Q(phone=""), name="contact_point_by_phone")
        ]
        constraints = [
            models.CheckConstraint(
                condition=(Q(kind="phone", email="") & ~Q(phone=""))
                | (Q(kind="email", phone="") & ~Q(email="")),
                name="contact_point_has_its_value",
            ),
            models.UniqueConstraint(
                fields=["participant"],
                condition=Q(preferred=True),
                name="contact_point_one_preferred",
            ),
        ]

    def __str__(self) -> str:
        return str(self.phone) if self.kind == self.Kind.PHONE else self.email


class Assignment(models.Model):
    """The officer who answers for a participant, from one instant until another."""

    participant = models.ForeignKey(
        Participant, on_delete=models.CASCADE, related_name="assignments"
    )
    officer = models.ForeignKey(User, on_delete=models.PROTECT, related_name="assignments")
    from_at = models.DateTimeField()
    until_at = models.DateTimeField(null=True, blank=True)
    note = models.TextField(blank=True)

    class Meta:
        ordering = ["-from_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["participant"],
                condition=Q(until_at__isnull=True),
                name="assignment_one_officer_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(until_at__isnull=True) | Q(until_at__gt=models.F("from_at")),
                name="assignment_ends_after_it_begins",
            ),
        ]
        indexes = [
            models.Index(
                fields=["officer", "participant"],
                condition=Q(until_at__isnull=True),
                name="assignment_caseload",
            )
        ]

    def __str__(self) -> str:
        return f"assignment {self.pk}"


class Technology(models.TextChoices):
    """Lightest first: `rules.LADDER` restates the order."""

    TELEPHONIC = "telephonic", _("Phone call check-ins")
    SMARTPHONE = "smartphone", _("Smartphone check-ins")
    GPS = "gps", _("GPS ankle monitor")


class SupervisionTerm(PublicIdModel):
    """How a participant is supervised, from one instant until another; level 1 is the lightest."""

    participant = models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="terms")
    technology = models.CharField(max_length=12, choices=Technology.choices)
    level = models.PositiveSmallIntegerField(default=1)
    step = models.CharField(max_length=8, choices=[(one.value, one.words) for one in Step])
    reason = models.TextField()
    set_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    from_at = models.DateTimeField()
    until_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-from_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["participant"],
                condition=Q(until_at__isnull=True),
                name="term_one_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(until_at__isnull=True) | Q(until_at__gt=models.F("from_at")),
                name="term_ends_after_it_begins",
            ),
            one_of("technology", Technology, "term_technology_known"),
            models.CheckConstraint(
                condition=Q(step__in=[one.value for one in Step]), name="term_step_known"
            ),
            models.CheckConstraint(condition=Q(level__in=list(LEVELS)), name="term_level_known"),
            models.CheckConstraint(condition=~Q(reason=""), name="term_has_a_reason"),
        ]

    def __str__(self) -> str:
        return f"supervision term {self.pk}"


class Invite(models.Model):
    """A one-time link that lets a participant set a PIN. Only its digest is kept."""

    participant = models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="invites")
    code_digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    replaced_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"invite {self.pk}"

    def opens_at(self, now: datetime) -> bool:
        return self.used_at is None and self.replaced_at is None and now < self.expires_at


class Credential(models.Model):
    """How a participant signs in: a login code of ours and a PIN of theirs."""

    participant = models.OneToOneField(
        Participant, on_delete=models.CASCADE, related_name="credential"
    )
    login = models.CharField(max_length=16, unique=True)
    pin_hash = models.CharField(max_length=160)
    set_at = models.DateTimeField()
    wrong_pins = models.PositiveIntegerField(default=0)
    blocked_until = models.DateTimeField(null=True)

    objects = CredentialQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(KEYPAD_OF_LOGIN, name="credential_by_keypad")]

    def __str__(self) -> str:
        return f"credential {self.pk}"


class ParticipantPasskey(PasskeyModel):
    """Face or finger on a phone of the participant's, beside login code and PIN."""

    participant = models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="passkeys")

    class Meta(PasskeyModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["credential_id"], name="participant_passkey_once"),
            models.CheckConstraint(condition=~Q(name=""), name="participant_passkey_has_a_name"),
        ]


class Consent(models.Model):
    """The privacy notice that a participant agreed to: which version, in which language."""

    participant = models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="consents")
    notice_version = models.CharField(max_length=16)
    language = models.CharField(max_length=8)
    given_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-given_at"]

    def __str__(self) -> str:
        return f"consent {self.notice_version}"


class PortalSession(models.Model):
    """An open sign-in of a participant: a page's cookie or an app's bearer token."""

    participant = models.ForeignKey(
        Participant, on_delete=models.CASCADE, related_name="portal_sessions"
    )
    key_digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    device = models.CharField(max_length=120, blank=True)

    class Meta:
        ordering = ["-last_seen_at"]

    def __str__(self) -> str:
        return f"portal session {self.pk}"
