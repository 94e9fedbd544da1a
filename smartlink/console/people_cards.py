"""Today's cards about people: whose messages wait, whose photos, and who never signed in."""

from typing import Any

from django.db.models import Exists, F, OuterRef, Subquery, UUIDField, Value
from django.urls import reverse
from django.utils.translation import gettext as _

from casework.messages.models import Message
from casework.participants.models import Participant
from casework.staff.models import User
from checkins.admin.participant_file import with_face
from checkins.models import ReferencePhoto
from checkins.reviews.claims import MAY_CONFIRM
from smartlink.console.cards import MOST_COUNTED, Card


def people_cards(user: User) -> list[Card]:
    """Whose messages wait, who has no usable photos, who never signed in: one question for all."""
    usable = ReferencePhoto.objects.usable().filter(participant=OuterRef("pk"))
    everybody = Participant.objects.visible_to(user)
    people = everybody.supervised().order_by("created_at").annotate(since=F("created_at"))
    bare = people.filter(~Exists(usable)).annotate(
        face_id=Value(None, UUIDField()), card=Value("photos")
    )
    new = with_face(people.filter(credential__isnull=True), "pk").annotate(card=Value("sign-in"))
    most = MOST_COUNTED + 1
    wrote = with_face(_with_waiting_messages(user, most), "pk").annotate(card=Value("message"))
    parts = bare[:most].union(
        new[:most], wrote.order_by("since")[:most], *_to_confirm(user, most), all=True
    )
    rows: list[Any] = list(parts.order_by("since"))
    address = reverse("admin:participants_participant_changelist")
    return [
        Card(
            "message",
            "Messages waiting",
            "forum",
            [row for row in rows if row.card == "message"],
            reverse("console:messages"),
            "Every message is answered.",
            "warn",
        ),
        Card(
            "person",
            _("Without usable photos"),
            "no_photography",
            [row for row in rows if row.card == "photos"],
            f"{address}?photos=none",
            _("Everybody has photos to compare with."),
        ),
        Card(
            "person",
            _("Not signed in yet"),
            "mail",
            [row for row in rows if row.card == "sign-in"],
            f"{address}?signed_in=never",
            _("Everybody has found the way in."),
        ),
        *_confirming([row for row in rows if row.card == "confirm"], address),
    ]


def _to_confirm(user: User, most: int) -> list[Any]:
    """Whose photo from a check-in waits for a second person, for those who may be that person."""
    if not user.has_perm(MAY_CONFIRM):
        return []
    waiting = ReferencePhoto.objects.to_confirm().exclude(added_by=user)
    oldest = waiting.filter(participant=OuterRef("pk")).order_by("added_at").values("added_at")
    people = Participant.objects.visible_to(user).filter(pk__in=waiting.values("participant"))
    rows = with_face(people.annotate(since=Subquery(oldest[:1])), "pk")
    return [rows.annotate(card=Value("confirm")).order_by("since")[:most]]


def _confirming(rows: list[Any], address: str) -> list[Card]:
    """Only while one waits."""
    if not rows:
        return []
    url = f"{address}?photos=to-confirm"
    return [Card("person", "Reference photos to confirm", "how_to_reg", rows, url, "", "warn")]


def _with_waiting_messages(user: User, most: int) -> Any:
    """Those who have waited longest, and since when: only their messages are looked at."""
    waiting = Message.objects.waiting().filter(participant=OuterRef("pk")).order_by("pk")
    oldest = Message.objects.visible_to(user).first_of_each().order_by("sent_at", "pk")
    people = Participant.objects.filter(pk__in=oldest.values("participant")[:most])
    return people.annotate(since=Subquery(waiting.values("sent_at")[:1]))
