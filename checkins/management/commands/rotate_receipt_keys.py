"""`manage.py rotate_receipt_keys`: retire the key that signs receipts, and make the next one."""

from typing import Any

from django.core.management.base import BaseCommand

from casework.common import clock
from checkins.receipts import rotate_keys


class Command(BaseCommand):
    help = "Retires the signing key of receipts and makes a new one; old receipts stay valid."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"Receipts are now signed with {rotate_keys(clock.now()).kid}.")
