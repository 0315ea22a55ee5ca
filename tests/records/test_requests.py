"""The transaction around a request: what a failed request wrote is taken back, and no scope outlives its request."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from django.db import connection
from django.http import Http404, HttpResponse
from django.test import RequestFactory
from django.urls import path, re_path

from sepadan.ground.problems import refuse
from sepadan.project import urls as site
from sepadan.records import clock, desk
from sepadan.records.models import Account, SignInThrottle
from sepadan.records.services.attempts import begin_attempt
from sepadan.records.tenancy import NoRegion, current_region, region_scope

NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)


def write(request, kode, then):
    Account.objects.create(code=then, name=then, kind="cash")
    if then == "refused":
        raise refuse("records.document.empty", where="x")
    if then == "absent":
        raise Http404
    if then == "broken":
        raise ZeroDivisionError
    if then == "counted":
        begin_attempt("uji", kode, None, now=NOW)
        Account.objects.create(code="after", name="after", kind="cash")
    status = {"unavailable": 503, "caught": 422, "clash": 409, "counted": 422}.get(then, 200)
    return HttpResponse(current_region().code, status=status)


def without_region(request):
    return HttpResponse(str(Account.objects.count()))


urlpatterns = [re_path(r"^id/(?P<kode>\d\d\.\d\d)/tulis/(?P<then>\w+)/$", write), path("id/lupa/", without_region),
               re_path(r"^api/(?P<kode>\d\d\.\d\d)/tulis/(?P<then>\w+)/$", write), *site.urlpatterns]
handler400, handler403, handler404, handler500 = site.handler400, site.handler403, site.handler404, site.handler500


@pytest.mark.django_db
@pytest.mark.urls(__name__)
class TestScope:
    @pytest.mark.parametrize(("then", "status", "kept"), [
        ("fine", 200, 1), ("refused", 422, 0), ("absent", 404, 0), ("broken", 500, 0), ("unavailable", 503, 0)])
    @pytest.mark.parametrize("prefix", ["id", "api"])
    def test_a_failed_request_leaves_nothing(self, client, malang, prefix, then, status, kept):
        client.raise_request_exception = False
        assert client.get(f"/{prefix}/35.73/tulis/{then}/").status_code == status
        with region_scope(malang):
            assert Account.objects.count() == kept

    @pytest.mark.parametrize(("then", "status", "kept"), [
        ("fine", 200, ["fine"]), ("caught", 422, []), ("clash", 409, []), ("refused", 422, []),
        ("counted", 422, ["counted"])])
    def test_what_a_view_wrote_before_it_answered_a_refusal_is_gone_and_a_counted_attempt_stays(
            self, client, malang, then, status, kept):
        """Whether the view raised the refusal or caught it and showed its page; a count keeps what was before it."""
        assert client.post(f"/id/35.73/tulis/{then}/").status_code == status
        with region_scope(malang):
            assert list(Account.objects.values_list("code", flat=True)) == kept
        assert SignInThrottle.objects.count() == (1 if then == "counted" else 0)

    def test_the_region_is_that_of_the_address(self, client, malang, bekasi):
        assert client.get("/id/35.73/tulis/fine/").content == b"35.73"
        assert client.get("/id/32.16/tulis/fine/").content == b"32.16"
        with connection.cursor() as cursor:
            cursor.execute("SELECT coalesce(current_setting('sepadan.region', true), '')")
            assert cursor.fetchone() == ("",)

    def test_a_page_that_forgets_the_region_raises(self, client, malang):
        with pytest.raises(NoRegion):
            client.get("/id/lupa/")


@pytest.mark.parametrize(("line", "short"), [
    ("Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0", "Firefox 130, Linux"),
    ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36 "
     "Edg/131.0.0.0", "Edge 131, Windows"),
    ("Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0 Mobile Safari/537.36",
     "Chrome 131, Android"),
    ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_5) AppleWebKit/605.1 (KHTML, like Gecko) Version/17.5 Mobile Safari/604.1",
     "Safari 17, iOS"),
    ("curl/8.5.0", "curl"), ("", "")])
def test_a_browser_in_a_few_words(line, short):
    assert desk.agent_of(RequestFactory().get("/", HTTP_USER_AGENT=line)) == short


def test_the_address_comes_from_the_proxy_only_behind_one(settings):
    request = RequestFactory().get("/", HTTP_X_FORWARDED_FOR="6.6.6.6, 10.1.1.1", REMOTE_ADDR="127.0.0.1")
    settings.SECURE_PROXY_SSL_HEADER = None
    assert desk.address_of(request) == "127.0.0.1"
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    assert desk.address_of(request) == "10.1.1.1"


def test_every_view_of_the_records_says_whom_it_is_for():
    """A view without a guard is either public by design or guarded by its own access check."""
    from sepadan.records.urls import urlpatterns as own

    open_to_all = {"sign_in", "factor", "sign_out", "invitation", "document"}
    unguarded = {p.name for p in own if not getattr(p.callback, "needed_action", None)
                 and not getattr(getattr(p.callback, "__wrapped__", None), "needed_action", None)}
    assert unguarded == open_to_all


def test_the_clock_is_shifted_for_a_block_and_days_are_local():
    jayapura = SimpleNamespace(timezone="Asia/Jayapura")
    with clock.shifted(datetime(2025, 1, 15, 16, 0, tzinfo=UTC)):
        assert clock.today() == datetime(2025, 1, 15).date()
        assert clock.today(jayapura) == datetime(2025, 1, 16).date()
        assert (clock.now() - datetime(2025, 1, 15, 16, 0, tzinfo=UTC)).total_seconds() < 5
    assert clock.now().year >= 2026
