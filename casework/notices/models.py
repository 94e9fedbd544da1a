"""The outbox: what people are to be told, every try to tell them, and how they wish to be told."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from phonenumber_field.modelfields import PhoneNumberField

from casework.common.languages import LANGUAGES
from casework.common.models import PublicIdModel
from casework.notices.querysets import (
    NOT_REACHED,
    DeliveryQuerySet,
    NoticeQuerySet,
    PushSubscriptionQuerySet,
)
from casework.notices.rules import (
    DEFAULT_ORDER,
    DEFAULT_QUIET,
    TO_SEND,
    Channel,
    DeliveryState,
    Outcome,
)
from casework.participants.models import Participant

CHANNELS = [
    (Channel.PUSH.value, _("Phone notification")),
    (Channel.SMS.value, _("Text message")),
    (Channel.VOICE.value, _("Phone call")),
    (Channel.EMAIL.value, _("E-mail")),
]
STATES = [(state.value, state.value) for state in DeliveryState]
OUTCOMES = [(outcome.value, outcome.value or "under way") for outcome in Outcome]
_HANDED_OVER = [DeliveryState.SENT.value, DeliveryState.DELIVERED.value]


class Notice(models.Model):
    """One thing to tell one person, written in the transaction that made it true.

    `subject_id` is the public id of what it is about; `facts` hold ids and times, never words.
    """

    participant = models.ForeignKey(
        Participant, on_delete=models.CASCADE, related_name="notices", db_index=False
    )
    kind = models.CharField(max_length=40)
    subject_id = models.UUIDField()
    # Tells apart several of a kind about one subject, such as two reminders.
    variant = models.CharField(max_length=40, blank=True, default="")
    facts = models.JSONField(default=dict)
    written_at = models.DateTimeField()
    due_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    # Its next turn; empty once there is an outcome.
    next_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=12, choices=OUTCOMES, blank=True, default="")
    settled_at = models.DateTimeField(null=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["participant", "-id"], name="notice_by_participant"),
            models.Index(fields=["next_at"], condition=Q(outcome=""), name="notice_due"),
            models.Index(
                fields=["settled_at"],
                condition=Q(outcome__in=NOT_REACHED),
                name="notice_not_reached",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["subject_id", "kind", "variant"], name="notice_written_once"
            ),
            models.CheckConstraint(
                condition=Q(outcome__in=[outcome.value for outcome in Outcome]),
                name="notice_outcome_known",
            ),
            models.CheckConstraint(
                condition=Q(outcome="", next_at__isnull=False, settled_at__isnull=True)
                | (~Q(outcome="") & Q(next_at__isnull=True, settled_at__isnull=False)),
                name="notice_is_under_way_or_settled",
            ),
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("due_at")), name="notice_expires_after_it_is_due"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class PushSubscription(PublicIdModel):
    """A browser that has agreed to show notices: where to post them, and its keys."""

    participant = models.ForeignKey(
        Participant, on_delete=models.CASCADE, related_name="push_subscriptions"
    )
    endpoint = models.URLField(max_length=1000, unique=True)
    p256dh = models.CharField(max_length=120)
    auth = models.CharField(max_length=40)
    device = models.CharField(max_length=120, blank=True)
    created_at = models.DateTimeField()

    objects = PushSubscriptionQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"push subscription {self.pk}"


class Delivery(PublicIdModel):
    """All tries to bring one notice to one address on one channel.

    `public_id` is our key with the provider. `attempts` is raised with each lease, so that only
    the sender that holds the newest one may say what came of it.
    """

    notice = models.ForeignKey(
        Notice, on_delete=models.CASCADE, related_name="deliveries", db_index=False
    )
    channel = models.CharField(max_length=8, choices=CHANNELS)
    # A phone number, an e-mail address, or a push subscription's public id.
    address = models.CharField(max_length=254)
    subscription = models.ForeignKey(
        PushSubscription, on_delete=models.SET_NULL, null=True, related_name="deliveries"
    )
    state = models.CharField(max_length=12, choices=STATES, default=DeliveryState.WAITING.value)
    attempts = models.PositiveIntegerField(default=0)
    # Those of them that failed while the provider was down: they count for nothing.
    excused_attempts = models.PositiveIntegerField(default=0, db_default=0)
    next_at = models.DateTimeField(null=True)
    provider = models.CharField(max_length=16, blank=True)
    provider_ref = models.CharField(max_length=200, blank=True)
    error = models.CharField(max_length=60, blank=True)
    language = models.CharField(max_length=8, choices=LANGUAGES, blank=True)
    title = models.CharField(max_length=120, blank=True)
    body = models.TextField(blank=True)
    # The page of the portal that it leads to.
    path = models.CharField(max_length=200, blank=True, default="", db_default="")
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)
    # Why a member of staff had it sent once more.
    retry_reason = models.CharField(max_length=300, blank=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "deliveries"
        ordering = ["pk"]
        indexes = [
            models.Index(
                fields=["next_at"], condition=Q(state__in=sorted(TO_SEND)), name="delivery_due"
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["notice", "channel", "address"], name="delivery_one_chain_an_address"
            ),
            models.CheckConstraint(
                condition=Q(channel__in=[channel.value for channel in Channel]),
                name="delivery_channel_known",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[state.value for state in DeliveryState]),
                name="delivery_state_known",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=sorted(TO_SEND)) | Q(next_at__isnull=False),
                name="delivery_to_send_has_its_turn",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=_HANDED_OVER) | Q(sent_at__isnull=False),
                name="delivery_sent_has_time",
            ),
            models.CheckConstraint(
                condition=~Q(state="delivered") | Q(delivered_at__isnull=False),
                name="delivery_delivered_has_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.public_id}"


def default_channels() -> list[str]:
    return [channel.value for channel in DEFAULT_ORDER]


class NoticePreferences(models.Model):
    """How a participant wishes to be told. Without a row the defaults hold."""

    participant = models.OneToOneField(
        Participant, on_delete=models.CASCADE, related_name="notice_preferences"
    )
    channels = models.JSONField(default=default_channels)
    reminders = models.BooleanField(default=True)
    quiet_from = models.TimeField(default=DEFAULT_QUIET[0])
    quiet_until = models.TimeField(default=DEFAULT_QUIET[1])
    updated_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "notice preferences"

    def __str__(self) -> str:
        return f"notice preferences {self.pk}"


class SmsConsent(models.Model):
    """Whether a number takes our text messages, by the last word it sent us."""

    phone = PhoneNumberField(unique=True)
    stopped = models.BooleanField()
    changed_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"SMS consent {self.pk}"


class InboundSms(models.Model):
    """A text message that we have acted on, by the provider's id: once. Its words are not kept."""

    sid = models.CharField(max_length=64, unique=True)
    meaning = models.CharField(max_length=8, blank=True)
    received_at = models.DateTimeField()

    class Meta:
        verbose_name = "inbound SMS"
        verbose_name_plural = "inbound SMS"

    def __str__(self) -> str:
        return f"inbound SMS {self.pk}"
