"""Reading the forms of the desk and of the page where a booking is followed: bounded texts, versions, files, lists.

What cannot be read is left out or empty, never an error of the machine; services judge it.
"""

from __future__ import annotations

from datetime import date

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from sepadan.creative.documents.letters import Address
from sepadan.creative.engine.papers import LARGEST
from sepadan.creative.models import Booking
from sepadan.creative.services.papers import Letter
from sepadan.creative.views.calendar import day_of
from sepadan.ground.problems import refuse
from sepadan.records.public import region_of


def text_of(request: HttpRequest, name: str, most: int = 2000) -> str:
    return str(request.POST.get(name, "")).replace("\0", "").strip()[:most]


def version_of(request: HttpRequest) -> int:
    text = request.POST.get("version", "")
    return int(text) if text.isdecimal() and len(text) < 9 else 0


def ordinal_of(request: HttpRequest) -> int:
    text = request.POST.get("ordinal", "")
    if not (text.isdecimal() and len(text) < 6):
        raise Http404
    return int(text)


def checked(request: HttpRequest, codes: list[str]) -> dict[str, bool]:
    """The answers to a checklist; a line without an answer is left out."""
    answers = {code: request.POST.get(f"check-{code}", "") for code in codes}
    return {code: answer == "ok" for code, answer in answers.items() if answer in ("ok", "not")}


def file_of(request: HttpRequest, name: str = "file") -> tuple[bytes, str]:
    """One upload as it came, bounded. Raises Refused where there is none."""
    upload = request.FILES.get(name)
    if upload is None:
        raise refuse("creative.file.empty", remedy="creative.file.remedy")
    return upload.read(LARGEST + 1), (upload.name or "")[:100]


def letter_of(request: HttpRequest, today: date, *, sender: str = "", subject: str = "") -> tuple[Letter, bytes, str]:
    """What the fields say of a letter, call or chat that came in, with its paper where there is one."""
    content, name = file_of(request, "letter_file") if request.FILES.get("letter_file") else (b"", "")
    return Letter(
        sender=text_of(request, "sender", 120) or sender, subject=text_of(request, "subject", 200) or subject,
        dated=day_of(text_of(request, "dated", 10)) or today, letter_number=text_of(request, "letter_number", 80),
        letter_date=day_of(text_of(request, "letter_date", 10))), content, name


def address_of_letter(request: HttpRequest, found: Booking) -> Address:
    """From the code of a letter to the whole address of the page that checks it."""
    def address(code: str) -> str:
        return request.build_absolute_uri(reverse("creative:letter", args=[region_of(request).code, found.pk, code]))

    return address


def pdf(content: bytes, name: str) -> HttpResponse:
    return HttpResponse(content, content_type="application/pdf", headers={
        "Content-Disposition": f'inline; filename="{name}"', "Cache-Control": "private, no-store",
        "X-Content-Type-Options": "nosniff"})
