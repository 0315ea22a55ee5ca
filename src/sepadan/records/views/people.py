"""The region's people: who has which role, grant one, end one, hand out a link for a password."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from sepadan.ground.messages import message
from sepadan.ground.messages import render as words
from sepadan.ground.problems import Refused
from sepadan.records import access, clock
from sepadan.records.desk import actor_of, address_of, agent_of, invitation_path, language, needs, person_of, region_of
from sepadan.records.forms.people import EndRoleForm, InviteForm
from sepadan.records.models import Person
from sepadan.records.names import AccountEventKind, Role
from sepadan.records.queries import people as people_queries
from sepadan.records.services import people as service
from sepadan.records.services.sign_in import note
from sepadan.records.shown import history_shown


@needs("people.read")
@require_http_methods(["GET", "HEAD"])
def people(request: HttpRequest, kode: str) -> HttpResponse:
    return _page(request, InviteForm(initial={"role": Role.TAX_OFFICER.value}))


@needs("people.write")
@require_POST
def invite(request: HttpRequest, kode: str) -> HttpResponse:
    """Grant a role; a new account's link is shown on the answer itself, once."""
    form = InviteForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    role = Role(form.cleaned_data["role"])
    try:
        with transaction.atomic():
            invited = service.invite_person(
                form.cleaned_data["email"], form.cleaned_data["name"], role, actor=actor_of(request), now=clock.now(),
                today=clock.today(region_of(request)), reason=form.cleaned_data["reason"])
    except Refused as refused:
        form.add_problem(None, refused.problem)
        return _page(request, form, status=422)
    if invited.token is None:
        lang = language()
        messages.success(request, words("records.people.invited", lang, {
            "name": invited.person.name, "role": words(f"records.role.{role}", lang)}))
        return redirect("records:people", kode=kode)
    note(invited.person, AccountEventKind.INVITED, ip=address_of(request), agent=agent_of(request), now=clock.now())
    return _page(request, InviteForm(), link=(invited.person, _link(request, invited.person, invited.token)))


@needs("people.write")
@require_POST
def new_link(request: HttpRequest, kode: str, person_id: int) -> HttpResponse:
    """A link with which somebody of this region alone chooses a new password.

    A person who serves elsewhere as well, or has signed in with a second factor, is not this administrator's to reset.
    """
    person = Person.objects.filter(pk=person_id).first()
    if person is None or not service.may_be_reset(person, region_of(request), clock.today(region_of(request))):
        raise Http404
    service.record_link(person, actor=actor_of(request), now=clock.now())
    note(person, AccountEventKind.INVITED, ip=address_of(request), agent=agent_of(request), now=clock.now())
    return _page(request, InviteForm(), link=(person, _link(request, person, service.invitations.make_token(person))))


@needs("people.write")
@require_http_methods(["GET", "HEAD", "POST"])
def end_role(request: HttpRequest, kode: str, membership_id: int) -> HttpResponse:
    region = region_of(request)
    membership = access.membership_for(person_of(request), region, membership_id)
    role = words(f"records.role.{membership.role}", language())
    form = EndRoleForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                service.end_role(membership, actor=actor_of(request), now=clock.now(), today=clock.today(region),
                                 reason=form.cleaned_data["reason"])
        except Refused as refused:
            form.add_problem(None, refused.problem)
        else:
            messages.success(request, message("records.people.ended", role=role, name=membership.person.name)
                             .text(language()))
            return redirect("records:people", kode=kode)
    history = history_shown(membership.person, clock.zone_of(region), language())
    return render(request, "records/end_role.html", {
        "form": form, "membership": membership, "role": role, "entries": history}, status=422 if form.errors else 200)


def _page(request: HttpRequest, form: InviteForm, *, status: int = 200,
          link: tuple[Person, str] | None = None) -> HttpResponse:
    region, lang = region_of(request), language()
    today = clock.today(region)
    rows = [{"membership": row, "role": words(f"records.role.{row.role}", lang)}
            for row in people_queries.memberships(today)]
    past = [{"membership": row, "role": words(f"records.role.{row.role}", lang)}
            for row in people_queries.memberships(today, past=True)]
    return render(request, "records/people.html", {
        "rows": rows, "past": past, "form": form, "region": region,
        "may_write": access.permitted(person_of(request), region, "people.write"),
        "link": link, "link_days": settings.PASSWORD_RESET_TIMEOUT // 86_400,
    }, status=status)


def _link(request: HttpRequest, person: Person, token: str) -> str:
    return request.build_absolute_uri(invitation_path(person, token))
