"""Whoever's photo could not be used is told why in their own language."""

import re

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import translation

from casework.common.languages import LANGUAGES
from checkins.states import State
from checkins.verification.codes import Reason
from checkins.wording import reason_text, state_text

OTHERS = [tag for tag, _name in LANGUAGES if tag != "en"]


@pytest.mark.parametrize("language", OTHERS)
def test_every_reason_and_state_is_said_in_every_language(language: str) -> None:
    with translation.override("en"):
        english = {reason_text(reason) for reason in Reason} | {state_text(s) for s in State}
    with translation.override(language):
        own = [reason_text(reason) for reason in Reason] + [state_text(s) for s in State]
    assert not english & set(own)
    assert len(set(own)) == len(own)


@pytest.mark.parametrize("language", OTHERS)
def test_each_language_is_offered_by_its_own_name(client: Client, language: str) -> None:
    """Who cannot read this page still finds the way out of it."""
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    page = client.get(reverse("portal:privacy")).content.decode()
    assert f'lang="{language}"' in page
    for tag, own in LANGUAGES:
        assert re.search(rf'value="{tag}"[^>]*>{own}</button>', page), own
