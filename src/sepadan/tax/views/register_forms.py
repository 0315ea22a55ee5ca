"""What the acts on an object share: the page of a form beside the object as it stands, and the try of a service.

The version the officer saw travels in the form. When somebody else acted meanwhile the form comes back with what was
typed, says who changed what, shows the object as it is now, and can be saved again: nothing is lost.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse

from sepadan.ground.messages import message
from sepadan.ground.problems import Refused
from sepadan.records.public import language, region_of
from sepadan.records.public import today as today_in
from sepadan.tax.desk import desk_page
from sepadan.tax.forms.typed import TypedForm
from sepadan.tax.models import RegisterObject, Taxpayer
from sepadan.tax.queries.register import standing
from sepadan.tax.queries.taxpayers import taxpayer_numbered
from sepadan.tax.services.register_people import NewTaxpayer, register_taxpayer
from sepadan.tax.views.register import building_rows, land_facts


def seen_of(request: HttpRequest) -> int:
    """The version that the officer saw; 0, which none has, where the form lacks it."""
    text = str(request.POST.get("seen", ""))
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0


def form_page(request: HttpRequest, name: str, form: TypedForm, one: RegisterObject | None = None, *,
              status: int = 200, **more: Any) -> HttpResponseBase:
    """The page of an act: *name* gives its words (``tax.act.<name>``, ``.lead``, ``.save``)."""
    region = region_of(request)
    found = None if one is None else standing(one, today_in(region))
    back = reverse("tax:register", args=[region.code]) if one is None else \
        reverse("tax:register_object", args=[region.code, one.nop])
    return desk_page(request, "tax/register_form.html", {
        "form": form, "one": one, "seen": 0 if one is None else one.version, "back": back, "found": found,
        "title": message(f"tax.act.{name}"), "lead": message(f"tax.act.{name}.lead"),
        "save": message(f"tax.act.{name}.save"), "land": land_facts(found.version) if found else [],
        "buildings": building_rows(found) if found else [], **more}, status=status)


def attempt(request: HttpRequest, name: str, form: TypedForm, act: Callable[[], RegisterObject],
            one: RegisterObject | None = None, **more: Any) -> HttpResponseBase:
    """Do it and go to the object, or show the form again with what was wrong."""
    if form.sound:
        try:
            with transaction.atomic():
                done = act()
        except Refused as refused:
            form.refuse(refused.problem)
            if one is not None:
                one.refresh_from_db()
            return form_page(request, name, form, one, status=409, **more)
        messages.success(request, message(f"tax.act.{name}.done", nop=str(done)).text(language()))
        return redirect("tax:register_object", kode=region_of(request).code, nop=done.nop)
    return form_page(request, name, form, one, status=422, **more)


def owner_of(form: TypedForm, *, actor: Any, now: Any) -> Taxpayer:
    """The taxpayer that a form names: by NPWPD, or a new one by name and NIK. Raises Refused on neither."""
    values = form.values
    number = values.get("npwpd") or ""
    if number:
        known = taxpayer_numbered(number)
        if known is not None:
            return known
    return register_taxpayer(NewTaxpayer(values.get("name") or "", values.get("nik") or "", number),
                             on=values["on"], actor=actor, now=now)
