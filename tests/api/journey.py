"""A participant who came all the way through the API, and the photos they send."""

from typing import Any

from PIL import Image, ImageEnhance

from checkins.models import Attempt
from checkins.verification.engine import Engine
from checkins.verify import verify_attempt
from tests import people
from tests.api.conftest import client_of, photo
from tests.api.contract import ContractClient
from tests.verification.portraits import astronaut, encoded


class Portal:
    """A Spanish-speaking participant who was enrolled, invited and signed in over the API."""

    def __init__(self, references: list[bytes]) -> None:
        office = people.office()
        self.officer = client_of(people.officer(office))
        boss = client_of(people.supervisor(office))
        made = self.officer.post(
            "/api/v1/participants/",
            {"given_name": "Ana", "family_name": "Ruiz", "a_number": "A12345678"}
            | {"language": "es", "timezone": "America/Chicago"},
        )
        assert made.status_code == 201, made.json()
        self.at = f"/api/v1/participants/{made.json()['id']}/"
        for content in references:
            kept = self.officer.post(
                f"{self.at}reference-photos/", photo(content), format="multipart"
            )
            assert (kept.status_code, kept.json()["state"]) == (201, "waiting"), kept.json()
        plan = boss.put(
            f"{self.at}plan/",
            {"rate_per_week": 2, "method": "selfie", "window_minutes": 60, "liveness": "none"}
            | {"liveness_reason": "a medical condition"},
        )
        assert plan.status_code == 200, plan.json()
        invite = self.officer.post(f"{self.at}invite/")
        assert invite.json()["code"] in invite.json()["url"]
        entered = ContractClient().post(
            "/api/v1/portal/sign-in",
            {"invite": invite.json()["code"], "pin": "274913", "consent": True},
        )
        assert entered.status_code == 200, entered.json()
        self.phone = ContractClient(entered.json()["token"])
        asked = self.officer.post(f"{self.at}check-ins/", {"reason": "moved house"})
        assert (asked.status_code, asked.json()["state"]) == (201, "open"), asked.json()
        self.check_in = f"/api/v1/check-ins/{asked.json()['id']}/"

    def send(self, content: bytes, name: str = "selfie.jpg") -> Any:
        return self.phone.post(
            f"{self.check_in}attempts/", photo(content, name), format="multipart"
        )

    def answer(self, content: bytes, engine: Engine) -> dict[str, Any]:
        sent = self.send(content)
        assert (sent.status_code, sent.json()["state"]) == (202, "verifying"), sent.json()
        verify_attempt(Attempt.objects.get(public_id=sent.json()["id"]).pk, engine)
        read: dict[str, Any] = self.phone.get(self.check_in).json()
        return read


def portal_of_the_astronaut() -> Portal:
    """Three reference photos of the same moment in other light, held otherwise."""
    one = astronaut()
    lighter = ImageEnhance.Brightness(one).enhance(1.2)
    tilted = one.rotate(4, resample=Image.Resampling.BICUBIC)
    return Portal([encoded(one), encoded(lighter), encoded(tilted, quality=70)])
