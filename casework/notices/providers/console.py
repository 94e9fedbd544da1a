"""Sends nothing: the staff page "Messages sent" shows what would have gone out."""

from casework.notices.providers.base import Answer, Parcel, Told


class Console:
    """For every channel that nobody has configured. It confirms no delivery: nothing arrived."""

    name = "console"

    def send(self, parcel: Parcel) -> Told:
        return Told(Answer.SENT, ref=f"console-{parcel.key.hex[:12]}")

    def find(self, parcel: Parcel) -> Told | None:
        return None

    def ask(self) -> Told | None:
        return Told(Answer.SENT)
