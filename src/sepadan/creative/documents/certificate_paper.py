"""A certificate as PDF, set by typst from ``certificate.typ``: the certificate, and behind it its holder's sheet.

The QR code leads to the page on which it is checked. The holder's sheet carries his code and the key of his name and is
not meant to be handed on. The day of issue is the only date in the file: the same certificate gives the same bytes.
"""

from __future__ import annotations

from sepadan.creative.documents.paper import qr_svg, set_pdf
from sepadan.creative.models import Certificate
from sepadan.creative.queries.doors import sessions_for
from sepadan.creative.services.certificates import percent
from sepadan.creative.services.credentials import certificate_code, name_key, page_url
from sepadan.ground.figures import Language, day
from sepadan.ground.messages import render
from sepadan.ground.qr import Codes
from sepadan.records.public import grouped, zone_of


def certificate_pdf(certificate: Certificate, language: Language, *, site: str) -> bytes:
    """The file in *language*. *site*: the address under which this installation is reached."""
    event, region = certificate.event, certificate.region
    zone = zone_of(region)
    issued = certificate.issued_at.astimezone(zone).date()
    days = sorted({one.starts_at.astimezone(zone).date() for one in sessions_for(event) if one.counts})

    def say(name: str, **params: object) -> str:
        return render(f"creative.certificate.paper.{name}", language, params)

    held = [] if not days else [(say("held"), day(days[0], language, long=True) if len(days) == 1 else say(
        "held.span", first=day(days[0], language, long=True), last=day(days[-1], language, long=True)))]
    url = page_url(site, certificate.public_id)
    data: dict[str, object] = {
        "lang": language, "title": say("title"), "number": certificate.number,
        "issuer": f"{event.centre.name}, {region.name}",
        "sample": render("creative.certificate.paper.sample", language) if event.centre.synthetic else "",
        "holder": certificate.holder_name or say("unnamed", number=certificate.registration.number),
        "opening": say("opening"), "event": event.title_in(language), "organiser": event.organiser,
        "facts": [*held, (say("attended"), say("attended.of", attended=certificate.attended,
                                              counted=certificate.counted, share=percent(certificate.share_needed))),
                  (say("issued"), day(issued, language, long=True))],
        "check": say("check"), "url": url, "qr": qr_svg(Codes("m").code(url)),
        "own": {"title": say("own"), "lead": say("own.lead"), "facts": [
            (say("own.code"), grouped(certificate_code(certificate))),
            *([(say("own.key"), grouped(name_key(certificate.public_id)))] if certificate.holder_name else [])],
            "notes": [say("own.show"), say("own.credential"), *([say("own.name")] if certificate.holder_name else [])]}}
    return set_pdf("certificate.typ", data, issued)
