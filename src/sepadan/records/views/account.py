"""One's own account: name and language, password, second factor, roles, latest events; and accepting an invitation."""

from __future__ import annotations

import io

import django_otp
import segno
from django.contrib import auth, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode, urlsafe_base64_decode
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST
from django_otp.plugins.otp_totp.models import TOTPDevice

from sepadan.ground.messages import message
from sepadan.ground.messages import render as words
from sepadan.ground.problems import Refused
from sepadan.records import access, clock
from sepadan.records.desk import address_of, agent_of, language, person_of, signed_in
from sepadan.records.forms.account import AccountForm, ChangePasswordForm, ChoosePasswordForm, CodeForm, FirstCodeForm
from sepadan.records.models import AccountEvent, Person
from sepadan.records.names import AccountEventKind
from sepadan.records.queries import people
from sepadan.records.services import factors
from sepadan.records.services import people as people_service
from sepadan.records.services.sign_in import note
from sepadan.records.shown import moment
from sepadan.records.tenancy import keep_written, region_scope
from sepadan.records.views.sign_in import extend_session, next_of

EVENTS = 20
DESKS = (("records.desk.tax", "tax:desk", "tax.read"), ("records.desk.creative", "creative:desk", "creative.read"))
PAGES = (("records.people.title", "records:people", "people.read"),
         ("records.audit.title", "records:audit", "audit.read"),
         ("records.work.title", "records:work_list", None))


@never_cache
@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def account(request: HttpRequest) -> HttpResponse:
    person = person_of(request)
    start = {"name": person.name, "phone": person.phone, "language": person.language}
    form = AccountForm(request.POST or None, initial=start)
    if request.method == "POST" and form.is_valid():
        person.name, person.phone = form.cleaned_data["name"], form.cleaned_data["phone"]
        person.language = form.cleaned_data["language"]
        person.save(update_fields=["name", "phone", "language"])
        messages.success(request, words("records.account.saved", language()))
        return redirect("records:account")
    lang, zone = language(), clock.zone_of(None)
    events = [{"when": moment(event.at, zone, lang), "what": words(f"records.account.event.{event.kind}", lang),
               "ip": event.ip, "agent": event.agent}
              for event in AccountEvent.objects.filter(person_id=person.pk)[:EVENTS]]
    return render(request, "records/account.html", {
        "form": form, "roles": _roles(person), "events": events, "code_form": CodeForm(),
        "has_factor": factors.confirmed_device(person) is not None, "confirmed": access.has_second_factor(person),
        "codes": factors.unused_recovery_codes(person),
        "session_end": moment(request.session.get_expiry_date(), zone, lang),
    }, status=422 if form.errors else 200)


def _roles(person: Person) -> list[dict[str, object]]:
    """The regions a person serves in: his roles, whether each waits for a second factor, and the pages open to him."""
    rows: list[dict[str, object]] = []
    for region in people.regions_of(person, clock.today()):
        with region_scope(region):
            active = access.active_roles(person, region)
            roles = [{"name": words(f"records.role.{role}", language()), "waits": role not in active}
                     for role in sorted(access.roles_in(person, region))]
            desks, pages = ([(key, reverse(name, kwargs={"kode": region.code})) for key, name, action in wanted
                             if action is None or access.permitted(person, region, action)]
                            for wanted in (DESKS, PAGES))
            rows.append({"region": region, "roles": roles, "desks": desks, "pages": pages})
    return rows


@never_cache
@signed_in
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def password(request: HttpRequest) -> HttpResponse:
    person = person_of(request)
    form = ChangePasswordForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if not person.check_password(form.cleaned_data["old"]):
            form.add_error("old", words("records.password.old_wrong", language()))
        elif _password_taken(person, form):
            note(person, AccountEventKind.PASSWORD_CHANGED, ip=address_of(request), agent=agent_of(request),
                 now=clock.now())
            auth.update_session_auth_hash(request, person)
            extend_session(request)
            messages.success(request, words("records.password.changed", language()))
            return redirect("records:account")
    return render(request, "records/password.html", {"form": form}, status=422 if form.errors else 200)


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, uid: str, token: str) -> HttpResponse:
    """Choose the first password, or a new one, with the signed link an administrator handed over."""
    person = _person_of_link(uid)
    fault = people_service.invitation_problem(person, token)
    if fault is not None or person is None:
        assert fault is not None
        return render(request, "records/invitation_spent.html", {"problem": fault.text(language())}, status=410)
    form = ChoosePasswordForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and _password_taken(person, form):
        note(person, AccountEventKind.PASSWORD_CHANGED, ip=address_of(request), agent=agent_of(request),
             now=clock.now())
        messages.success(request, words("records.invitation.done", language()))
        return redirect("records:sign_in")
    return render(request, "records/invitation.html", {"form": form, "person": person},
                  status=422 if form.errors else 200)


def _person_of_link(uid: str) -> Person | None:
    try:
        number = int(urlsafe_base64_decode(uid).decode("ascii"))
    except ValueError:
        return None
    return people.person_by_id(number)


def _password_taken(person: Person, form: ChangePasswordForm | ChoosePasswordForm) -> bool:
    try:
        people_service.set_password(person, form.cleaned_data["password"])
    except Refused as refused:
        form.add_problem("password", refused.problem)
        return False
    return True


# --- second factor ---------------------------------------------------------------------------------------------------

@never_cache
@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def factor_enrol(request: HttpRequest) -> HttpResponse:
    """Show the key as QR and text, and confirm it by a first code. Replacing a device needs the present one first."""
    person = person_of(request)
    if factors.confirmed_device(person) is not None and not access.has_second_factor(person):
        return redirect(f"{reverse('records:factor')}?{urlencode({'next': request.get_full_path()})}")
    form = FirstCodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        checked = factors.confirm_enrolment(person, form.cleaned_data["code"], ip=address_of(request),
                                            agent=agent_of(request), now=clock.now())
        if checked.device is not None:
            django_otp.login(request, checked.device)
            return _fresh_codes(request, person)
        assert checked.problem is not None
        form.add_problem("code", checked.problem)
    device = factors.begin_enrolment(person)
    keep_written()  # the key that the page shows, and the count of wrong codes
    return render(request, "records/factor_enrol.html", {
        "form": form, "qr": qr_of(device), "secret": factors.secret_text(device), "next": next_of(request),
    }, status=422 if form.errors else 200)


@never_cache
@signed_in
@require_POST
def recovery_codes(request: HttpRequest) -> HttpResponse:
    """Make a new set of recovery codes; only in a session confirmed by the second factor."""
    person = person_of(request)
    if not access.has_second_factor(person):
        return redirect(f"{reverse('records:factor')}?{urlencode({'next': reverse('records:account')})}")
    return _fresh_codes(request, person)


@signed_in
@require_POST
def factor_remove(request: HttpRequest) -> HttpResponse:
    """Take the second factor away, against a present code."""
    person = person_of(request)
    form = CodeForm(request.POST)
    if form.is_valid():
        checked = factors.verify_code(person, form.cleaned_data["code"], ip=address_of(request),
                                      agent=agent_of(request), now=clock.now())
        if checked.device is not None:
            factors.remove_factor(person, ip=address_of(request), agent=agent_of(request), now=clock.now())
            request.session.pop(django_otp.DEVICE_ID_SESSION_KEY, None)
            messages.success(request, words("records.factor.removed", language()))
        elif checked.problem is not None:
            messages.error(request, checked.problem.text(language()))
    else:
        messages.error(request, message("records.factor.wrong_code").text(language()))
    return redirect("records:account")


def _fresh_codes(request: HttpRequest, person: Person) -> HttpResponse:
    codes = factors.make_recovery_codes(person, ip=address_of(request), agent=agent_of(request), now=clock.now())
    return render(request, "records/recovery_codes.html", {"codes": codes, "next": next_of(request)})


def qr_of(device: TOTPDevice) -> SafeString:
    """The device's address as an inline SVG of dark modules on white, with its quiet zone."""
    buffer = io.BytesIO()
    segno.make(device.config_url, error="m", micro=False).save(
        buffer, kind="svg", xmldecl=False, svgns=True, scale=4, border=4, dark="#000", light="#fff")
    return mark_safe(buffer.getvalue().decode("utf-8"))
