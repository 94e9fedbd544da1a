"""Bases of the models' pages in the staff site: scoped, and read-only unless a class says so."""

from typing import Any
from urllib.parse import quote
from uuid import UUID

from django.contrib.admin import ShowFacets
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.utils import unquote
from django.core.paginator import Paginator
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils.functional import cached_property
from unfold.admin import ModelAdmin
from unfold.views import ChangeList

MOST_COUNTED = 10_000


class CappedPaginator(Paginator):  # type: ignore[type-arg]
    """Counts no further than 10,000 rows, and nothing but rows: neither order nor pictures."""

    @cached_property
    def count(self) -> int:
        rows: QuerySet[Any] = self.object_list  # type: ignore[assignment]
        return rows.order_by().values("pk")[:MOST_COUNTED].count()


class PublicChangeList(ChangeList):  # type: ignore[misc]
    """Links to rows by public id, where there is one."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        self.full_result_count = self.result_count  # never counted: no "of N in all"

    def url_for_result(self, result: Model) -> str:
        key = quote(str(getattr(result, "public_id", result.pk)))
        return reverse(
            f"admin:{self.opts.app_label}_{self.opts.model_name}_change",
            args=(key,),
            current_app=self.model_admin.admin_site.name,
        )


class ScopedAdmin(ModelAdmin):  # type: ignore[misc]
    """Shows only rows that `visible_to(request.user)` leaves; any other id is a 404."""

    paginator = CappedPaginator
    list_per_page = 30
    list_max_show_all = 30
    show_full_result_count = False
    show_facets = ShowFacets.NEVER  # they count the whole table, once for each choice
    list_filter_sheet = False
    actions = None
    preserve_filters = False  # they would carry what was searched for from page to page
    view_on_site = False

    def visible(self, rows: QuerySet[Any], user: Any) -> QuerySet[Any]:
        """The rows of `rows` that `user` may see."""
        scoped: QuerySet[Any] = rows.visible_to(user)  # type: ignore[attr-defined]
        return scoped

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return self.visible(super().get_queryset(request), request.user)

    def whole(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """With what the page of one row shows and the list does not."""
        return rows

    def response_action(self, request: HttpRequest, queryset: QuerySet[Any]) -> Any:
        chosen = request.POST.getlist(ACTION_CHECKBOX_NAME)
        if not all(one.isascii() and one.isdecimal() for one in chosen):
            raise Http404
        return super().response_action(request, queryset)

    def get_object(
        self, request: HttpRequest, object_id: str, from_field: str | None = None
    ) -> Model:
        """By public id where there is one; never a hint that a row of somebody else exists."""
        named = "public_id" if hasattr(self.model, "public_id") else "pk"
        try:
            key: UUID | int = (
                UUID(unquote(object_id)) if named == "public_id" else int(unquote(object_id))
            )
        except ValueError as error:
            raise Http404 from error
        rows = self.whole(self.get_queryset(request))
        found: Model | None = rows.filter(**{named: key}).first()
        if found is None:
            raise Http404
        return found

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return PublicChangeList

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        rows = kwargs.get("queryset")
        if rows is None:
            rows = db_field.related_model.objects.all()
        if hasattr(rows, "visible_to"):
            kwargs["queryset"] = rows.visible_to(request.user)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def history_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """What happened is in the audit trail; Django's own log is not kept."""
        raise Http404

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> None:
        """Django's own log would repeat names; see `casework.audit.admin.AuditedAdmin`."""

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> None:
        """As log_addition."""

    def log_deletions(self, request: HttpRequest, queryset: Any) -> None:
        """As log_addition."""

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class ViewOnlyAdmin(ScopedAdmin):
    """Nothing is changed here: services do that, from pages of their own."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
