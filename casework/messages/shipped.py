"""Canned answers that come with SmartLink. Titles are for staff, texts for participants."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Shipped:
    """`text` is lazy: it speaks the language that is active."""

    slug: str
    title: str
    text: Any


SHIPPED = (
    Shipped(
        "received",
        "I have your message",
        _(
            "Hello {given_name}, thank you for your message. I am looking into it and will write"
            " to you again soon."
        ),
    ),
    Shipped(
        "hearing",
        "Your next hearing",
        _(
            "Hello {given_name}, the next hearing that we have for you: {next_hearing}. Please"
            " also check the date by phone with the court: 1-800-898-7180."
        ),
    ),
    Shipped(
        "call",
        "Please call",
        _(
            "Hello {given_name}, please call the office at {officer_phone}. If you need an"
            " interpreter, say your language first."
        ),
    ),
    Shipped(
        "explained",
        "I have your explanation",
        _(
            "Hello {given_name}, thank you for telling me what happened. I will read it with care"
            " before anything is decided."
        ),
    ),
    Shipped(
        "photo",
        "How to take the photo",
        _(
            "Hello {given_name}, for the photo please go to a bright place, look straight at the"
            " phone and take off sunglasses. What you wear on your head for your faith may stay"
            " on."
        ),
    ),
    Shipped(
        "lawyer",
        "Legal questions",
        _(
            "Hello {given_name}, I cannot give legal advice. Please ask your lawyer. If you have"
            " none, local help in SmartLink lists free legal help."
        ),
    ),
)
