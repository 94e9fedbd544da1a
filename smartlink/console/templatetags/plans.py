"""Template words of plans, and of what is told with a check-in."""

from typing import Any

from django import template

from smartlink.console.plan_form import QUESTIONS
from smartlink.console.plan_words import said

register = template.Library()


@register.filter
def as_term(value: Any, name: str) -> str:
    """A plan's term in words: `plan.day_hours|as_term:"day_hours"`."""
    return said(name, value)


@register.filter
def question(one: Any) -> str:
    """A question as staff read its answer."""
    return str(QUESTIONS[one])
