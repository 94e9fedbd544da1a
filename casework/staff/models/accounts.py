"""What opens an account of staff, and who opened it when."""

from datetime import datetime

from django.db import models
from django.utils.translation import gettext_lazy as _

from casework.common.models import PasskeyModel, PublicIdModel, one_of
from casework.staff.models.people import User


class StaffToken(models.Model):
    """A bearer token for the API. The key itself is shown once and never stored."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="tokens")
    key_digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"token of {self.user_id}"

    def opens_at(self, now: datetime) -> bool:
        return self.revoked_at is None and now < self.expires_at and self.user.is_active


class SecondFactor(models.Model):
    """A member of staff's authenticator app. Counts once `confirmed_at` is set by a right code."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="second_factor")
    sealed = models.BinaryField()
    made_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)
    # The step of time of the last code taken: no code opens twice.
    last_step = models.BigIntegerField(default=0)
    # SHA-256 of the recovery codes that are left.
    recovery = models.JSONField(default=list)

    def __str__(self) -> str:
        return f"second factor {self.pk}"


class StaffPasskey(PasskeyModel):
    """A passkey of a member of staff."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="passkeys")

    class Meta(PasskeyModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["credential_id"], name="staff_passkey_once"),
            models.CheckConstraint(condition=~models.Q(name=""), name="staff_passkey_has_a_name"),
        ]


class PasskeyChallenge(models.Model):
    """Random bytes that a passkey must sign: once, soon, in the browser that asked.

    Taking one deletes it. `browser` is the digest of a cookie; `purpose` says what it opens.
    """

    browser = models.CharField(max_length=64)
    purpose = models.CharField(max_length=60)
    challenge = models.BinaryField()
    expires_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["browser", "purpose"], name="challenge_one_a_browser")
        ]

    def __str__(self) -> str:
        return f"challenge {self.pk}"


class StaffInvite(models.Model):
    """A one-time link with which somebody sets the own password. Only its digest is kept."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="invites")
    code_digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    replaced_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"invite of staff {self.pk}"

    def opens_at(self, now: datetime) -> bool:
        unused = self.used_at is None and self.replaced_at is None
        return unused and now < self.expires_at and self.user.is_active


class StaffSession(PublicIdModel):
    """A browser in which a member of staff is signed in."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="sessions")
    session_key = models.CharField(max_length=40, unique=True)
    began_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    device = models.CharField(max_length=160, blank=True)
    address = models.GenericIPAddressField(null=True)

    class Meta:
        ordering = ["-last_seen_at"]

    def __str__(self) -> str:
        return f"session {self.public_id}"


class SignInOutcome(models.TextChoices):
    ENTERED = "entered", _("signed in")
    REFUSED = "refused", _("wrong password or code, or locked")


class SignInMeans(models.TextChoices):
    PASSWORD = "password", _("password")
    PASSKEY = "passkey", _("passkey")
    COUNTER = "counter", _("passkey whose counter went back: there may be a copy")


class SignIn(models.Model):
    """A try to sign in: to the site or for a token, with what came of it."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, null=True, related_name="sign_ins")
    at = models.DateTimeField()
    outcome = models.CharField(max_length=8, choices=SignInOutcome.choices)
    means = models.CharField(
        max_length=8,
        choices=SignInMeans.choices,
        default=SignInMeans.PASSWORD,
        db_default=SignInMeans.PASSWORD.value,
    )
    device = models.CharField(max_length=160, blank=True)
    address = models.GenericIPAddressField(null=True)

    class Meta:
        verbose_name = "sign-in"
        ordering = ["-at", "-pk"]
        indexes = [
            models.Index(fields=["user", "-at"], name="sign_in_by_user"),
            models.Index(fields=["-at"], name="sign_in_by_time"),
        ]
        constraints = [
            one_of("outcome", SignInOutcome, "sign_in_outcome_known"),
            one_of("means", SignInMeans, "sign_in_means_known"),
        ]

    def __str__(self) -> str:
        return f"sign-in {self.pk}"
