"""The people who work cases, and the offices they work in."""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _
from timezone_field import TimeZoneField

from casework.common.actors import Actor
from casework.common.models import PublicIdModel, one_of


class Office(PublicIdModel):
    """A field office: its staff, its participants, its local time."""

    name = models.CharField(max_length=120, unique=True)
    region = models.CharField(max_length=120, blank=True)
    timezone = TimeZoneField(default="America/New_York")
    phone = models.CharField(max_length=32, blank=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Role(models.TextChoices):
    OFFICER = "officer", _("Officer")
    SUPERVISOR = "supervisor", _("Supervisor")
    ADMINISTRATOR = "administrator", _("Administrator")


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        fields.setdefault("role", Role.ADMINISTRATOR)
        return self.create_user(email, password, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email=(username or "").strip().lower())


class User(PublicIdModel, AbstractBaseUser, PermissionsMixin):
    """A member of staff. Signs in by e-mail; sees what the role and the offices allow."""

    email = models.EmailField(unique=True)
    full_name = models.CharField(max_length=160)
    role = models.CharField(max_length=16, choices=Role.choices, default=Role.OFFICER)
    offices = models.ManyToManyField(Office, related_name="staff", blank=True)
    is_active = models.BooleanField(default=True)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["full_name"]

    class Meta:
        ordering = ["full_name"]
        constraints = [
            one_of("role", Role, "user_role_known"),
            models.CheckConstraint(
                condition=models.Q(email=Lower("email")), name="user_email_lower"
            ),
        ]

    def __str__(self) -> str:
        return self.full_name or self.email

    @property
    def is_staff(self) -> bool:
        """Every user of this table is staff; participants have none."""
        return True

    @property
    def is_supervisor(self) -> bool:
        return self.role in {Role.SUPERVISOR, Role.ADMINISTRATOR}

    @property
    def is_administrator(self) -> bool:
        return self.role == Role.ADMINISTRATOR or self.is_superuser

    @property
    def actor(self) -> Actor:
        return Actor.staff(self.public_id, str(self))

    def get_full_name(self) -> str:
        return str(self)

    def get_short_name(self) -> str:
        return self.full_name.split(" ")[0]

    def has_perm(self, perm: str, obj: object = None) -> bool:
        """Whether the role may do `perm` ("app.verb_model") at all; which rows is `visible_to`."""
        from casework.staff import rules  # noqa: PLC0415 - rules name the role this file defines

        return self.is_active and (self.is_superuser or rules.may(self.role, perm))

    def has_module_perms(self, app_label: str) -> bool:
        from casework.staff import rules  # noqa: PLC0415 - see has_perm

        return self.is_active and (self.is_superuser or rules.may_open(self.role, app_label))
