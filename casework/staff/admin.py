"""Staff and offices: administrators change them, supervisors see those of their offices."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm

from casework.audit.admin import AuditedAdmin
from casework.staff.models import Office, User

admin.site.unregister(Group)


class LowerEmail:
    """Staff sign in by e-mail in whatever case they type; it is kept in lower case."""

    cleaned_data: dict[str, Any]

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).lower()


class StaffChangeForm(LowerEmail, UserChangeForm):  # type: ignore[misc]
    pass


class StaffCreationForm(LowerEmail, UserCreationForm):  # type: ignore[misc]
    class Meta:
        model = User
        fields = ("email", "full_name", "role", "offices")


@admin.register(User)
class UserAdmin(AuditedAdmin, DjangoUserAdmin):  # type: ignore[misc, type-arg]
    form = StaffChangeForm
    add_form = StaffCreationForm
    change_password_form = AdminPasswordChangeForm
    list_display = ["full_name", "email", "role", "office_names", "is_active"]
    list_filter = ["role", "is_active"]
    search_fields = ["full_name", "email"]
    ordering = ["full_name"]
    filter_horizontal = ()
    readonly_fields = ["last_login"]
    fieldsets = [
        (None, {"fields": ["full_name", "email", "password"]}),
        (_("Work"), {"fields": ["role", "offices", "is_active", "last_login"]}),
    ]
    add_fieldsets = [
        (None, {"fields": ["full_name", "email", "role", "offices", "password1", "password2"]})
    ]

    def visible(self, rows: QuerySet[Any], user: Any) -> QuerySet[Any]:
        if not user.is_administrator:
            rows = rows.filter(offices__in=user.offices.all()).distinct()
        return rows.prefetch_related("offices")

    @admin.display(description=_("Offices"))
    def office_names(self, user: User) -> str:
        return ", ".join(office.name for office in user.offices.all())


@admin.register(Office)
class OfficeAdmin(AuditedAdmin):
    list_display = ["name", "region", "phone", "timezone"]
    search_fields = ["name", "region"]
    fields = ["name", "region", "timezone", "phone"]

    def visible(self, rows: QuerySet[Any], user: Any) -> QuerySet[Any]:
        return rows if user.is_administrator else rows.filter(pk__in=user.offices.values("pk"))

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(super().has_view_permission(request, obj))
