"""E-mail by Django's mail: SMTP, or any service that django-anymail knows.

Nobody can be asked whether an earlier try arrived. Each try carries the same Message-ID, by which
mailboxes know it for the same letter.
"""

from smtplib import SMTPException, SMTPRecipientsRefused, SMTPResponseException
from urllib.parse import urlsplit

from anymail.exceptions import AnymailError, AnymailRecipientsRefused
from django.conf import settings
from django.core.mail import EmailMessage

from casework.notices.providers.base import Answer, Parcel, Told

_OUR_SIGN_IN = frozenset({530, 534, 535})


class Mail:
    name = "mail"

    def send(self, parcel: Parcel) -> Told:
        host = urlsplit(settings.PUBLIC_URL).hostname or "localhost"
        message_id = f"<{parcel.key}@{host}>"
        letter = EmailMessage(
            subject=parcel.title,
            body=parcel.body,
            to=[parcel.address],
            headers={"Message-ID": message_id, "Auto-Submitted": "auto-generated"},
        )
        try:
            letter.send()
        except SMTPRecipientsRefused as refused:
            return _told_of(next(iter(refused.recipients.values()))[0])
        except AnymailRecipientsRefused:
            return Told(Answer.REFUSED, error="recipient refused")
        except SMTPResponseException as refused:
            return _told_of(refused.smtp_code)
        except (SMTPException, AnymailError, OSError) as error:
            return Told(Answer.LATER, error=type(error).__name__)
        return Told(Answer.SENT, ref=message_id)

    def ask(self) -> Told | None:
        return None

    def find(self, parcel: Parcel) -> Told | None:
        return None


def _told_of(code: int) -> Told:
    """5xx is for good, unless it is our own sign-in that was refused."""
    for_good = 500 <= code < 600 and code not in _OUR_SIGN_IN
    return Told(Answer.REFUSED if for_good else Answer.LATER, error=str(code))
