"""Signing in and out: password, then the second factor where the account has one.

Until the second factor is given, an account that has one is not signed in at all: the session only remembers whose
password was right, for ten minutes.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import django_otp
from django.contrib import auth
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST
from django_otp.models import Device

from sepadan.records import access, clock
from sepadan.records.desk import address_of, agent_of, person_of, signed_in
from sepadan.records.forms.account import CodeForm, SignInForm
from sepadan.records.models import Person
from sepadan.records.names import AccountEventKind
from sepadan.records.queries import people
from sepadan.records.services import factors
from sepadan.records.services import sign_in as service
from sepadan.records.tenancy import account_scope, keep_written, region_scope

BACKEND = "django.contrib.auth.backends.ModelBackend"
SESSION_HOURS = 8
PENDING, PENDING_MINUTES = "sign_in_pending", 10


def next_of(request: HttpRequest) -> str:
    """Where to go afterwards: an address of this site, else the account page."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    safe = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if wanted and safe else reverse("records:account")


def sign_in_session(request: HttpRequest, person: Person, device: Device | None = None) -> None:
    """Make this session the person's: a new session key, an end in eight hours, the second factor if one was given."""
    with account_scope(person_id=person.pk):
        auth.login(request, person, backend=BACKEND)
        if device is not None:
            django_otp.login(request, device)
    request.session.pop(PENDING, None)
    extend_session(request)


def extend_session(request: HttpRequest) -> datetime:
    """The session ends eight hours from now; returns when that is."""
    end = clock.now() + timedelta(hours=SESSION_HOURS)
    request.session.set_expiry(end)
    return end


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    if request.user.is_authenticated and request.method != "POST":
        return redirect(next_of(request))
    form = SignInForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        outcome = service.check_credentials(form.cleaned_data["email"], form.cleaned_data["password"],
                                            ip=address_of(request), agent=agent_of(request), now=clock.now())
        keep_written()
        if outcome.person is not None:
            return _after_password(request, outcome.person)
        assert outcome.problem is not None
        form.add_problem(None, outcome.problem)
    return render(request, "records/sign_in.html", {"form": form, "next": next_of(request)},
                  status=422 if form.errors else 200)


def _after_password(request: HttpRequest, person: Person) -> HttpResponse:
    target = next_of(request)
    if factors.confirmed_device(person) is not None:
        request.session.cycle_key()
        request.session[PENDING] = {"person": person.pk, "at": clock.now().isoformat()}
        return redirect(f"{reverse('records:factor')}?{urlencode({'next': target})}")
    sign_in_session(request, person)
    if _needs_factor(person):
        return redirect(f"{reverse('records:factor_enrol')}?{urlencode({'next': target})}")
    return redirect(target)


def _needs_factor(person: Person) -> bool:
    """Whether a role of this person, in whatever region, counts only with a second factor."""
    wanted = access.second_factor_roles()
    if not wanted:
        return False
    for region in people.regions_of(person, clock.today()):
        with region_scope(region):
            if access.roles_in(person, region) & wanted:
                return True
    return False


def _pending(request: HttpRequest) -> Person | None:
    """The person whose password was right in this session a short while ago."""
    noted = request.session.get(PENDING)
    if not noted:
        return None
    if clock.now() - datetime.fromisoformat(noted["at"]) > timedelta(minutes=PENDING_MINUTES):
        del request.session[PENDING]
        return None
    person = people.person_by_id(noted["person"])
    return person if person is not None and person.is_active else None


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def factor(request: HttpRequest) -> HttpResponse:
    """Ask for the second factor: to finish signing in, or in a session that was begun without one."""
    person = person_of(request) if request.user.is_authenticated else _pending(request)
    query = urlencode({"next": next_of(request)})
    if person is None:
        return redirect(f"{reverse('records:sign_in')}?{query}")
    if factors.confirmed_device(person) is None:
        return redirect(f"{reverse('records:factor_enrol')}?{query}")
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        checked = factors.verify_code(person, form.cleaned_data["code"], ip=address_of(request),
                                      agent=agent_of(request), now=clock.now())
        keep_written()
        if checked.device is not None:
            sign_in_session(request, person, checked.device)
            return redirect(next_of(request))
        assert checked.problem is not None
        form.add_problem("code", checked.problem)
    return render(request, "records/factor.html", {"form": form, "next": next_of(request)},
                  status=422 if form.errors else 200)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    if request.user.is_authenticated:
        service.note(person_of(request), AccountEventKind.SIGNED_OUT, ip=address_of(request), agent=agent_of(request),
                     now=clock.now())
    auth.logout(request)
    return redirect(f"{reverse('records:sign_in')}?keluar=1")


@require_POST
@signed_in
def stay(request: HttpRequest) -> HttpResponse:
    """Extend the session by another eight hours; the warning before its end offers this."""
    end = extend_session(request)
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers={"Session-Ends": end.isoformat()})
    return redirect(next_of(request))
