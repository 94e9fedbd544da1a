"""Saved views: a name for a way to look at the caseload. Whose files it shows is asked anew."""

from django.db import models
from django.db.models import Q

from casework.common.models import PublicIdModel
from casework.staff.models.people import Office, User


class SavedViewQuerySet(models.QuerySet["SavedView"]):
    def visible_to(self, user: User) -> "SavedViewQuerySet":
        """The own ones, and those that are shared with an office of the user's."""
        if not user.is_active:
            return self.none()
        return self.filter(Q(owner=user) | Q(office__in=user.offices.values("pk")))


class SavedView(PublicIdModel):
    """`query` is what stands behind the question mark; `office`: whom it is shared with."""

    owner = models.ForeignKey(User, on_delete=models.CASCADE, related_name="saved_views")
    name = models.CharField(max_length=40)
    query = models.CharField(max_length=500)
    office = models.ForeignKey(Office, on_delete=models.CASCADE, null=True, related_name="+")
    made_at = models.DateTimeField()

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["owner", "name"], name="saved_view_once_by_name"),
            models.CheckConstraint(condition=~Q(name=""), name="saved_view_has_a_name"),
            models.CheckConstraint(condition=~Q(query=""), name="saved_view_shows_something"),
        ]

    def __str__(self) -> str:
        return self.name
