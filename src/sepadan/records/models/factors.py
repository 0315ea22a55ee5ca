"""Recovery codes: the second factor for the day on which the phone is lost. Each works once; only digests are stored.

The time-based codes themselves are devices of django-otp (``otp_totp_totpdevice``). ``RecoveryDevice`` makes a set of
recovery codes one more device of the same kind, throttled in the same way.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django_otp.models import Device, ThrottlingMixin

from sepadan.records.models.people import Person


def code_digest(code: str) -> str:
    """Keyed digest of a recovery code; spaces, hyphens and capitals do not matter."""
    plain = "".join(ch for ch in code.lower() if ch.isalnum())
    return salted_hmac("sepadan.records.recovery", plain, secret=settings.SECRET_KEY, algorithm="sha256").hexdigest()


class RecoveryDevice(ThrottlingMixin, Device):
    class Meta(Device.Meta):
        abstract = False

    def __str__(self) -> str:
        return f"recovery codes of {self.user_id}"

    def get_throttle_factor(self) -> int:
        return 1

    def verify_token(self, token: str) -> bool:
        """True when *token* is an unused code; the code is used up. Must run within a transaction."""
        allowed, _ = self.verify_is_allowed()
        if not allowed:
            return False
        used = RecoveryCode.objects.filter(device=self, digest=code_digest(token), used_at__isnull=True) \
            .update(used_at=timezone.now())
        if used:
            self.throttle_reset()
        else:
            self.throttle_increment()
        return bool(used)


class RecoveryCode(models.Model):
    device = models.ForeignKey(RecoveryDevice, on_delete=models.CASCADE, related_name="codes")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    digest = models.CharField(max_length=64)
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["device", "digest"], name="recovery_code_once")]

    def __str__(self) -> str:
        return f"recovery code {self.pk}"
