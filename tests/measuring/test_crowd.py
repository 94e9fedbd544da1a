"""A crowd that is copied inside the database is whole, and no two of it are one."""

import pytest
from django.db.models import Count

from casework.participants.models import Participant
from checkins.models import DrawTerms, Plan
from smartlink.measuring import crowd

pytestmark = pytest.mark.django_db


def test_everybody_has_a_plan_and_the_terms_of_the_person_they_are_copied_from(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(crowd, "TEMPLATES", 7)
    crowd.enrol_many(23)
    numbers = Participant.objects.order_by("a_number").values_list("a_number", flat=True)
    assert list(numbers) == [f"9{number:08}" for number in range(23)]
    assert Participant.objects.values("public_id").distinct().count() == 23
    assert Plan.objects.values("public_id").distinct().count() == 23
    terms = dict(DrawTerms.objects.values_list("participant__a_number", "week"))
    assert len(terms) == 23
    assert terms["900000022"] == terms["900000001"], "22 = 3 rounds of 7 and one"
    assert not Participant.objects.annotate(plans=Count("plan")).exclude(plans=1).exists()


def test_a_small_crowd_is_no_copy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crowd, "TEMPLATES", 7)
    crowd.enrol_many(5)
    assert Participant.objects.count() == Plan.objects.count() == DrawTerms.objects.count() == 5
