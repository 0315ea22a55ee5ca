"""Who stands behind an object: the taxpayer's own data, and the members that bear a shared object."""

from __future__ import annotations

import re

from django.http import Http404, HttpRequest, HttpResponseBase
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from sepadan.ground.problems import refuse
from sepadan.records.public import actor_of, needs, now, region_of
from sepadan.records.public import today as today_in
from sepadan.tax.access_register import object_for
from sepadan.tax.forms import register as forms
from sepadan.tax.forms.typed import blank, read
from sepadan.tax.models import RegisterObject, TaxpayerVersion
from sepadan.tax.queries.register import find_object, known, shares_of, standing
from sepadan.tax.services.register_parts import share_object
from sepadan.tax.services.register_people import correct_taxpayer
from sepadan.tax.views.register_forms import attempt, form_page, seen_of

METHODS = ("GET", "HEAD", "POST")
MOST_MEMBERS = 2_000
_LINE = re.compile(r"([0-9.\-]+)[\s,;]+([0-9]{1,9})(?:[\s,;]+([0-9]{1,9}))?")


@never_cache
@require_http_methods(METHODS)
@needs("tax.write")
def object_share(request: HttpRequest, kode: str, nop: str) -> HttpResponseBase:
    """The members of a shared object and what each bears, one on a line."""
    one = object_for(request.user, region_of(request), nop, action="tax.write")
    today = today_in(region_of(request))
    if request.method != "POST":
        lines = "\n".join(f"{share.member} {share.land_m2} {share.building_m2}" for share in shares_of(one, today)
                          if share.parent_id == one.pk)
        return form_page(request, "share", blank(forms.SHARE, {"on": today, "members": lines}), one)
    form = read(forms.SHARE, request.POST)

    def act() -> RegisterObject:
        members, seen = {}, {one.pk: seen_of(request)}
        lines = [line for line in form.values["members"].splitlines() if line.strip()][:MOST_MEMBERS]
        for line in lines:
            match = _LINE.fullmatch(line.strip())
            found = find_object(re.sub(r"\D", "", match.group(1))) if match else None
            if match is None or found is None:
                raise refuse("tax.typed.members.line", where=line.strip()[:60], remedy="tax.typed.members.line.remedy")
            members[found.pk] = (int(match.group(2)), int(match.group(3) or 0))
            seen.setdefault(found.pk, found.version)
        return share_object(one, members, seen=seen, on=form.values["on"], actor=actor_of(request), now=now(),
                            reason=form.values["reason"])

    return attempt(request, "share", form, act, one)


@never_cache
@require_http_methods(METHODS)
@needs("tax.write")
def taxpayer_correct(request: HttpRequest, kode: str, nop: str) -> HttpResponseBase:
    """Name, NIK and address of the object's taxpayer; only what differs is set."""
    one = object_for(request.user, region_of(request), nop, action="tax.write")
    today = today_in(region_of(request))
    found = standing(one, today)
    if found is None:
        raise Http404
    payer = found.version.taxpayer
    newest = known(TaxpayerVersion.objects.filter(taxpayer=payer)).order_by("-pk").first()
    current = known(TaxpayerVersion.objects.filter(taxpayer=payer, valid_to__isnull=True)).first()
    old = {"name": payer.name} if current is None else {
        name: value for name, value in current.values().items() if not name.startswith("nik_")}
    more = {"seen": newest.pk if newest else 0}
    if request.method != "POST":
        return form_page(request, "taxpayer", blank(forms.TAXPAYER, {**old, "on": today}), one, **more)
    form = read(forms.TAXPAYER, request.POST)

    def act() -> RegisterObject:
        given = {name: form.values[name] for name in (*TaxpayerVersion.FIELDS, "nik") if name in form.values}
        differs = {name: value for name, value in given.items() if value != old.get(name, "")}
        text = str(request.POST.get("seen", ""))
        seen = int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else -1
        correct_taxpayer(payer, differs, seen=seen, on=form.values["on"], actor=actor_of(request), now=now(),
                         reason=form.values["reason"])
        return one

    return attempt(request, "taxpayer", form, act, one, **more)
