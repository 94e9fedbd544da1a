"""The directory of local help: places, not people. Officers keep it, participants read it."""

from datetime import datetime
from typing import Any, Final

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Case, Exists, F, OuterRef, Q, Value, When
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from casework.common.languages import LANGUAGES
from casework.common.models import PublicIdModel, one_of
from casework.resources import rules
from casework.staff.models import Office, User

LONGEST_NOTES: Final = 600
NEAR, OWN_OFFICE, EVERYWHERE = 0, 1, 2


class ResourceKind(models.TextChoices):
    LEGAL = rules.Kind.LEGAL.value, _("Legal help")
    HOUSING = rules.Kind.HOUSING.value, _("Housing")
    FOOD = rules.Kind.FOOD.value, _("Food")
    HEALTH = rules.Kind.HEALTH.value, _("Health")
    SCHOOL = rules.Kind.SCHOOL.value, _("School")
    WORK = rules.Kind.WORK.value, _("Work")
    TRANSPORT = rules.Kind.TRANSPORT.value, _("Getting around")
    INTERPRETERS = rules.Kind.INTERPRETERS.value, _("Interpreters")
    FAMILY = rules.Kind.FAMILY.value, _("Children and family")
    OTHER = rules.Kind.OTHER.value, _("Other help")


class ResourceCost(models.TextChoices):
    FREE = rules.Cost.FREE.value, _("Free")
    SOME = rules.Cost.SOME.value, _("Costs something")
    UNKNOWN = rules.Cost.UNKNOWN.value, _("Ask what it costs")


def _at_offices(offices: Any) -> Exists:
    served = Resource.offices.through.objects.filter(resource=OuterRef("pk"))
    return Exists(served.filter(office__in=offices))


def _at_some_office() -> Exists:
    return Exists(Resource.offices.through.objects.filter(resource=OuterRef("pk")))


class ResourceQuerySet(models.QuerySet["Resource"]):
    def visible_to(self, user: User) -> "ResourceQuerySet":
        """Those of the own offices, and those for everybody; of another office nothing."""
        if not user.is_active:
            return self.none()
        if user.is_administrator:
            return self
        return self.filter(_at_offices(user.offices.values("pk")) | ~_at_some_office())

    def kept_by(self, user: User) -> "ResourceQuerySet":
        """Those that `user` may change: what is for everybody is the administrators'."""
        rows = self.visible_to(user)
        if user.is_administrator:
            return rows
        return rows.filter(_at_offices(user.offices.values("pk")))

    def open(self) -> "ResourceQuerySet":
        return self.filter(is_active=True)

    def near(self, office: Office, postal_code: str = "") -> "ResourceQuerySet":
        """What a participant of `office` who lives there may use; adds `nearness`, best 0."""
        lives_near = Q(zip_prefixes__overlap=rules.prefixes_of(postal_code))
        of_office, for_all = Q(_at_offices([office.pk])), Q(~_at_some_office())
        reachable: ResourceQuerySet = self.open().filter(lives_near | of_office | for_all)
        ranked: ResourceQuerySet = reachable.annotate(
            nearness=Case(
                When(lives_near, then=Value(NEAR)),
                When(of_office, then=Value(OWN_OFFICE)),
                default=Value(EVERYWHERE),
                output_field=models.SmallIntegerField(),
            )
        )
        return ranked

    def for_reader(self, language: str) -> "ResourceQuerySet":
        """After `near`: the nearest first, among them those that speak `language`."""
        spoken = Case(When(languages__contains=[language], then=Value(0)), default=Value(1))
        return self.order_by(F("nearness"), spoken, Lower("name"), "pk")

    def of_kind(self, kind: str) -> "ResourceQuerySet":
        return self.filter(kinds__contains=[kind])

    def to_look_at(self, now: datetime) -> "ResourceQuerySet":
        """Shown to people, and not said to be right for too long."""
        return self.open().filter(verified_at__lt=now - rules.LOOK_AGAIN_AFTER)


class Resource(PublicIdModel):
    """A place or service that helps. Without offices it is for everybody.

    `notes` are by language; what is missing in one is read in English. `hours` are as
    `rules.hours_of` reads them.
    """

    name = models.CharField(max_length=120)
    kinds = ArrayField(models.CharField(max_length=16, choices=ResourceKind.choices))
    offices = models.ManyToManyField(Office, related_name="resources", blank=True)
    zip_prefixes = ArrayField(models.CharField(max_length=5), default=list, blank=True)
    address = models.CharField(max_length=200, blank=True)
    city = models.CharField(max_length=80, blank=True)
    phone = models.CharField(max_length=32, blank=True)
    website = models.URLField(max_length=300, blank=True)
    languages = ArrayField(
        models.CharField(max_length=12, choices=LANGUAGES), default=list, blank=True
    )
    other_languages = models.CharField(max_length=120, blank=True)
    hours = models.CharField(max_length=200, blank=True)
    cost = models.CharField(
        max_length=8, choices=ResourceCost.choices, default=ResourceCost.UNKNOWN
    )
    notes = models.JSONField(default=dict, blank=True)
    is_active = models.BooleanField(default=True)
    made_at = models.DateTimeField()
    verified_at = models.DateTimeField()
    verified_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    objects = ResourceQuerySet.as_manager()

    class Meta:
        ordering = [Lower("name"), "pk"]
        constraints = [
            one_of("cost", ResourceCost, "resource_cost_known"),
            models.CheckConstraint(condition=~Q(name=""), name="resource_has_a_name"),
            models.CheckConstraint(
                condition=Q(kinds__len__gt=0, kinds__contained_by=ResourceKind.values),
                name="resource_kinds_known",
            ),
            models.CheckConstraint(
                condition=~Q(address="", phone="", website=""), name="resource_can_be_found"
            ),
            models.CheckConstraint(
                condition=Q(verified_at__gte=F("made_at")), name="resource_verified_after_made"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def place(self) -> str:
        return ", ".join(part for part in (self.address, self.city) if part)

    @property
    def kind_names(self) -> list[str]:
        return [str(kind.label) for kind in ResourceKind if kind.value in self.kinds]

    @property
    def spans(self) -> tuple[rules.Span, ...]:
        return rules.hours_of(self.hours)

    def notes_in(self, language: str) -> tuple[str, str]:
        """The notes and the language that they are in: English where there are no others."""
        said = self.notes.get(language, "")
        return (said, language) if said else (self.notes.get("en", ""), "en")
