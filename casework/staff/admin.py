"""Staff and offices: administrators change them, supervisors see those of their offices."""

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.forms import UserChangeForm

from casework.audit.admin import AuditedAdmin
from casework.audit.services import record
from casework.common import clock
from casework.common.admin import ViewOnlyAdmin
from casework.common.moments import exact
from casework.staff.accounts import end_everything
from casework.staff.models import Office, SignIn, User

admin.site.unregister(Group)


class LowerEmail:
    """Staff sign in by e-mail in whatever case they type; it is kept in lower case."""

    cleaned_data: dict[str, Any]

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).lower()


class StaffChangeForm(LowerEmail, UserChangeForm):  # type: ignore[misc]
    pass


class StaffCreationForm(LowerEmail, forms.ModelForm):  # type: ignore[type-arg]
    """No password: the new colleague chooses it behind the link of an invitation."""

    class Meta:
        model = User
        fields = ("email", "full_name", "role", "offices")

    def save(self, commit: bool = True) -> User:  # noqa: FBT001, FBT002 - Django's signature
        user: User = super().save(commit=False)
        user.set_unusable_password()
        if commit:
            user.save()
            self.save_m2m()
        return user


@admin.register(User)
class UserAdmin(AuditedAdmin, DjangoUserAdmin):  # type: ignore[misc, type-arg]
    form = StaffChangeForm
    add_form = StaffCreationForm
    list_display = ["full_name", "email", "role", "office_names", "is_active", "account"]
    list_filter = ["role", "is_active"]
    search_fields = ["full_name", "email"]
    ordering = ["full_name"]
    filter_horizontal = ()
    readonly_fields = ["last_login"]
    fieldsets = [
        (None, {"fields": ["full_name", "email"]}),
        (_("Work"), {"fields": ["role", "offices", "is_active", "last_login"]}),
    ]
    add_fieldsets = [(None, {"fields": ["full_name", "email", "role", "offices"]})]

    def visible(self, rows: QuerySet[Any], user: Any) -> QuerySet[Any]:
        if not user.is_administrator:
            rows = rows.filter(offices__in=user.offices.all()).distinct()
        return rows.prefetch_related("offices")

    def user_change_password(
        self, request: HttpRequest, id: str, form_url: str = ""
    ) -> HttpResponse:
        """Nobody types somebody else's password."""
        raise Http404

    def response_add(
        self, request: HttpRequest, obj: Any, post_url_continue: Any = None
    ) -> HttpResponse:
        """On to the invitation."""
        return redirect("accounts:colleague", obj.public_id)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: Any) -> None:
        super().save_model(request, obj, form, change)
        if change and not obj.is_active:
            end_everything(obj, now=clock.now())

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: Any) -> None:
        """What a colleague may see is written down in full, before and after."""
        before = _reach(User.objects.get(pk=form.instance.pk), form.initial.get("role"))
        super().save_related(request, form, formsets, change)
        after = _reach(form.instance, None)
        if change and before != after:
            by: Any = request.user
            record(
                "changed what staff may see",
                ("user", form.instance.public_id),
                by=by.actor,
                now=clock.now(),
                facts={"before": before, "after": after},
            )

    @admin.display(description=_("Account"))
    def account(self, user: User) -> SafeString:
        page = reverse("accounts:colleague", args=[user.public_id])
        return format_html('<a href="{}">{}</a>', page, _("Invitation, second factor, sessions"))

    def get_list_display(self, request: HttpRequest) -> list[Any]:
        user: Any = request.user
        every: list[Any] = [*self.list_display]
        return every if user.has_perm("staff.change_user") else every[:-1]

    @admin.display(description=_("Offices"))
    def office_names(self, user: User) -> str:
        return ", ".join(office.name for office in user.offices.all())


def _reach(user: User, role: str | None) -> dict[str, Any]:
    """Role and offices; `role` is what it was, where that is no longer in the database."""
    offices = sorted(str(one) for one in user.offices.values_list("public_id", flat=True))
    return {"role": role or user.role, "offices": offices}


@admin.register(SignIn)
class SignInAdmin(ViewOnlyAdmin):
    """Who signed in, or tried to, from where."""

    list_display = ["when", "user", "outcome", "address", "device"]
    list_filter = ["outcome"]
    list_select_related = ["user"]
    list_fullwidth = True
    search_fields = ["=user__email", "user__full_name"]

    def visible(self, rows: QuerySet[Any], user: Any) -> QuerySet[Any]:
        return rows if user.is_administrator else rows.filter(user=user)

    @admin.display(description=_("When"), ordering="at")
    def when(self, row: SignIn) -> str:
        return exact(row.at)


@admin.register(Office)
class OfficeAdmin(AuditedAdmin):
    list_display = ["name", "region", "phone", "timezone"]
    search_fields = ["name", "region"]
    fields = ["name", "region", "timezone", "phone"]

    def visible(self, rows: QuerySet[Any], user: Any) -> QuerySet[Any]:
        return rows if user.is_administrator else rows.filter(pk__in=user.offices.values("pk"))

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(super().has_view_permission(request, obj))
