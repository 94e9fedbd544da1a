"""Template words of plans."""

from typing import Any

from django import template

from smartlink.console.plan_words import said

register = template.Library()


@register.filter
def as_term(value: Any, name: str) -> str:
    """A plan's term in words: `plan.day_hours|as_term:"day_hours"`."""
    return said(name, value)
