"""The desk's work on one booking: steps with deadlines and findings, questions, papers, agenda, keys, no-shows."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from django.db import connection, transaction

from sepadan.creative.models import AgendaEntry, Booking, BookingDate, Disposition, Occupancy
from sepadan.creative.names import Intake
from sepadan.creative.queries.deskwork import found_by, inbox_of, record_of, waiting_counts
from sepadan.creative.services.answers import MOST_ANSWERS, answer_question, applicant, withdraw
from sepadan.creative.services.bookings import file_booking
from sepadan.creative.services.decisions import ask_applicant, confirm_booking, note_answer, publish_booking
from sepadan.creative.services.handover import Photo, hand_out, take_back
from sepadan.creative.services.no_shows import mark_no_show, release_date
from sepadan.creative.services.papers import (
    MOST_OF_APPLICANT,
    Letter,
    add_paper,
    finish_disposition,
    give_disposition,
    note_letter,
)
from sepadan.creative.services.steps import arrange, finish_step, send_back
from sepadan.ground.problems import Refused
from sepadan.records.public import content_of, region_scope
from sepadan.territory.models import Region

from .centre import DAY, DESK, NOW, TODAY, build_centre, hours, wish
from .engine.test_papers import exif, jpeg, png, segment

pytestmark = pytest.mark.django_db
ACT = {"actor": DESK, "now": NOW}
SEEN = applicant("10.0.0.1")
RULES = {"hold_hours": 24, "hold_slack_days": 1, "answer_days": 5, "no_show_minutes": 30, "return_minutes": 15,
         "steps": [
    {"step": "curation", "days": 3}, {"step": "site_check", "days": 2, "from_people": 50},
    {"step": "decision", "days": 2, "by": "creative.approve"}]}
GOOD = {"access": True, "power": True, "safety": True, "layout": True}
ROOM = {"key": True, "clean": True, "power": True, "furniture": True, "equipment": True}


@pytest.fixture
def spaces():
    with region_scope(Region.objects.get(code="35.73")):
        yield build_centre(RULES)


def file(*args, **more):
    return file_booking(wish(*args, **more), actor=DESK, now=NOW, today=TODAY)


def again(booking) -> Booking:
    return Booking.objects.select_related("region", "centre", "space").get(pk=booking.pk)


def refused(act, *args, **more) -> str:
    with pytest.raises(Refused) as found, transaction.atomic():
        act(*args, **more)
    return found.value.problem.what.key


def confirmed(space="studio-1", *meetings, **more) -> Booking:
    one = file(space, *meetings, **more)
    while one.step != "decision":
        findings = GOOD if one.step == "site_check" else {}
        one = finish_step(one, one.step, version=one.version, note="", findings=findings, **ACT)
    return confirm_booking(one, version=one.version, today=TODAY, **ACT)


def test_a_booking_is_confirmed_only_after_the_steps_its_centre_demands(spaces):
    one = file("studio-1", people=80)
    assert (one.step, one.step_due) == ("curation", TODAY + timedelta(days=3))
    assert refused(confirm_booking, one, version=1, today=TODAY, **ACT) == "creative.step.not_ready"
    assert refused(finish_step, one, "site_check", version=1, note="", **ACT) == "creative.step.elsewhere"
    one = finish_step(one, "curation", version=1, note="cocok", **ACT)
    assert (one.step, one.step_due, one.version) == ("site_check", TODAY + timedelta(days=2), 2)
    assert refused(finish_step, one, "site_check", version=1, note="", findings=GOOD, **ACT) == (
        "creative.booking.changed")
    assert refused(finish_step, one, "site_check", version=2, note="", findings={"power": True}, **ACT) == (
        "creative.step.unchecked")
    bad = GOOD | {"power": False}
    assert refused(finish_step, one, "site_check", version=2, note=" ", findings=bad, **ACT) == (
        "creative.step.no_finding")
    one = finish_step(one, "site_check", version=2, note="genset dibawa sendiri", findings=bad, **ACT)
    assert one.step == "decision"
    assert refused(finish_step, one, "decision", version=3, note="", **ACT) == "creative.step.decision_only"
    one = send_back(one, "curation", version=3, reason="proposal lama", **ACT)
    assert one.step == "curation"
    assert refused(send_back, one, "decision", version=4, reason="x", **ACT) == "creative.step.not_earlier"
    one = finish_step(one, "curation", version=4, note="", now=NOW + timedelta(days=4), actor=DESK)
    assert one.events.order_by("-id").first().data["late"] == 1  # a day after the third, within the slack of the hold
    small = file("studio-2", people=49)
    assert finish_step(small, "curation", version=1, note="", **ACT).step == "decision"


def test_a_hold_lasts_while_a_step_or_an_answer_is_within_its_time(spaces):
    one = file("studio-1")
    end = datetime(2026, 11, 28, 17, tzinfo=NOW.tzinfo)  # the end of the 28th in Malang: due on the 27th, a day more
    assert one.dates.get().held_until == end
    one = finish_step(one, "curation", version=1, note="", now=NOW + timedelta(days=2), actor=DESK)
    end += timedelta(days=1)
    assert (one.step_due, one.dates.get().held_until) == (date(2026, 11, 28), end)
    one = ask_applicant(one, version=2, question="Berapa orang?", actor=DESK, now=NOW + timedelta(days=3))
    assert one.step_due == TODAY + timedelta(days=8)
    assert one.dates.get().held_until == end + timedelta(days=4)
    assert refused(finish_step, one, "site_check", version=3, note="", findings=GOOD, **ACT) == "creative.step.asked"
    one = note_answer(one, version=3, answer="80", actor=DESK, now=NOW + timedelta(days=6))
    assert one.step_due == TODAY + timedelta(days=7)  # the one day that the desk had left when it asked
    ended = file("studio-2")
    assert refused(finish_step, ended, "curation", version=1, note="", actor=DESK,
                   now=NOW + timedelta(days=5)) == "creative.step.closed"


def test_an_applicant_answers_what_he_was_asked_on_the_version_he_saw(spaces):
    one = file("studio-1")
    assert refused(answer_question, one, version=1, answer="x", actor=SEEN, now=NOW) == "creative.answer.not_asked"
    one = ask_applicant(one, version=1, question="Berapa orang?", **ACT)
    assert refused(answer_question, one, version=1, answer="80", actor=SEEN, now=NOW) == "creative.booking.changed"
    assert refused(answer_question, one, version=2, answer="8" * 2001, actor=SEEN, now=NOW) == "creative.answer.long"
    one = answer_question(one, version=2, answer="80", actor=SEEN, now=NOW)
    assert (one.state, one.events.order_by("-id").first().by_name) == ("review", "Pemohon lewat halaman publik")
    for _ in range(MOST_ANSWERS - 1):
        one = ask_applicant(again(one), version=one.version, question="?", **ACT)
        one = answer_question(again(one), version=one.version, answer="!", actor=SEEN, now=NOW)
    one = ask_applicant(one, version=one.version, question="?", **ACT)
    assert refused(answer_question, one, version=one.version, answer="!", actor=SEEN, now=NOW) == (
        "creative.answer.many")
    one = withdraw(one, version=one.version, reason="pindah kota", actor=SEEN, now=NOW)
    assert one.state == "withdrawn"
    assert not Occupancy.objects.exists()
    granted = confirmed("studio-2")
    assert withdraw(granted, version=granted.version, reason="", actor=SEEN, now=NOW).state == "cancelled"


def test_papers_are_judged_kept_and_bounded(spaces):
    one = file("studio-1")
    assert refused(add_paper, one, "proposal", b"GIF89a", "x.pdf", version=1, **ACT) == "creative.file.type"
    assert refused(add_paper, one, "virus", png(), "x.png", version=1, **ACT) == "creative.paper.kind"
    for number in range(MOST_OF_APPLICANT):
        one = add_paper(one, "proposal", png(), "../rencana?.png", version=number + 1, actor=SEEN, now=NOW,
                        of_applicant=True)
    kept = one.events.filter(kind="paper").order_by("id").first().document
    assert (kept.file_name, kept.office, content_of(kept)) == ("rencana-.png", "creative", png())
    assert not kept.is_public
    assert refused(add_paper, one, "other", png(), "x", version=one.version, actor=SEEN, now=NOW,
                   of_applicant=True) == "creative.paper.many"


def test_what_comes_in_gets_an_agenda_number_and_an_instruction_its_own(spaces):
    one = file("studio-1", intake=Intake.LETTER)
    letter = Letter("SMKN 4", "Permohonan aula", TODAY, "421/88/2026", TODAY - timedelta(days=2))
    first = note_letter(one, letter, content=b"%PDF-1.4\n%%EOF", name="surat.pdf", today=TODAY, **ACT)
    second = note_letter(one, letter, today=TODAY, **ACT)
    assert [first.number, second.number] == ["0001/AGENDA/EKRAF/2026", "0002/AGENDA/EKRAF/2026"]
    assert (first.document.kind, second.document) == ("creative.letter", None)
    assert refused(note_letter, one, Letter("", "x", TODAY), today=TODAY, **ACT) == "creative.agenda.unsaid"
    assert refused(note_letter, one, Letter("a", "b", TODAY, "", TODAY + timedelta(days=1)), today=TODAY, **ACT) == (
        "creative.agenda.days")
    told = give_disposition(one, to_name="Kasi Ekraf", instruction="Cek listrik", due=TODAY, today=TODAY, **ACT)
    assert told.number == "0001/DISP/EKRAF/2026"
    assert refused(give_disposition, one, to_name="a", instruction="b", due=TODAY - timedelta(days=1), today=TODAY,
                   **ACT) == "creative.disposition.due"
    finish_disposition(told, note="cukup", **ACT)
    assert refused(finish_disposition, told, note="lagi", **ACT) == "creative.disposition.done"
    other = file("studio-2")
    for text in ("0001/agenda", "421/88", "0001/DISP", one.number, "komunitas gim"):
        assert one.pk in set(found_by(inbox_of("open", today=TODAY, now=NOW), text).values_list("pk", flat=True)), text
    assert set(found_by(inbox_of("open", today=TODAY, now=NOW), other.number)) == {other}
    for model, changed in ((AgendaEntry, {"subject": "lain"}), (Disposition, {"instruction": "lain"})):
        with pytest.raises(Exception, match=r"never changed|permission denied"), transaction.atomic():
            model.objects.update(**changed)


def test_the_inbox_says_what_is_due_and_what_is_overdue(spaces):
    due = file("studio-1", hours(0, 1, day=30))
    asked = file("studio-1", hours(0, 1, day=31))
    ask_applicant(asked, version=1, question="?", **ACT)
    in_line = file("studio-1", hours(0, 1, day=30), waits=True)

    def seen(view, days, **more):
        on = TODAY + timedelta(days=days)
        return list(inbox_of(view, today=on, now=NOW + timedelta(days=days), **more))

    assert seen("due", 3) == [due]
    assert seen("overdue", 3) == []
    assert seen("overdue", 4) == [due]
    assert seen("overdue", 6) == [due, asked]
    assert seen("waiting", 6) == [in_line]
    assert seen("ending", 4) == [due]
    assert len(seen("open", 0, step="curation")) == 3
    found = waiting_counts(TODAY + timedelta(days=4), NOW)
    assert (found.open, found.overdue, found.asked, found.waiting) == (3, 1, 1, 1)
    assert found.steps == (("curation", 1),)


def test_what_a_room_needs_is_of_its_space(spaces):
    one = file("studio-1")
    assert refused(arrange, one, version=1, layout="pool", equipment=[], notes="", **ACT) == "creative.arrange.layout"
    one = arrange(one, version=1, layout="theatre", equipment=["Proyektor", " ", "Mikrofon"], notes="AC 24", **ACT)
    one = arrange(one, version=2, layout="", equipment=["Layar"], notes="", **ACT)
    assert [(row.layout, row.equipment) for row in one.arrangements.all()] == [("", ["Layar"])]


def test_nothing_is_published_before_its_letter(spaces):
    one = confirmed()
    assert refused(publish_booking, one, version=one.version, **ACT) == "creative.booking.no_letter"


def test_a_key_goes_out_and_comes_back_with_what_is_broken_and_how_late(spaces):
    one, during = confirmed(), DAY + timedelta(minutes=5)
    how = {"version": one.version, "actor": DESK, "condition": ROOM}
    assert refused(hand_out, one, 1, to="Budi", now=NOW, **how) == "creative.handover.day"
    assert refused(hand_out, one, 1, to=" ", now=during, **how) == "creative.handover.nobody"
    how["condition"] = {"key": True}
    assert refused(hand_out, one, 1, to="Budi", now=during, **how) == "creative.handover.unchecked"
    how["condition"] = ROOM | {"clean": False}
    assert refused(hand_out, one, 1, to="Budi", now=during, **how) == "creative.handover.unsaid"
    how["condition"] = ROOM
    assert refused(hand_out, one, 1, to="Budi", now=during, photos=[Photo(b"%PDF-1.4\n%%EOF", "x")], **how) == (
        "creative.file.picture")
    taken = jpeg(segment(0xE1, exif(3)))
    out = hand_out(one, 1, to="Budi", now=during, photos=[Photo(taken, "a.jpg"), Photo(png(), "b.png")], **how)
    assert [b"GPS" in content_of(photo.document) for photo in out.photos.all()] == [False, False]
    one = again(one)
    assert refused(mark_no_show, one, 1, version=one.version, actor=DESK, now=DAY + timedelta(hours=1)) == (
        "creative.no_show.came")
    back = DAY + timedelta(hours=2, minutes=15 + 20)  # two hours, a quarter of grace, twenty minutes late
    how["version"] = one.version
    assert refused(take_back, out, by="Budi", now=back, **{**how, "condition": ROOM | {"key": False}}) == (
        "creative.handover.unsaid")
    out = take_back(out, by="Budi", now=back, damage="Lampu pecah", **how)
    assert (out.late_minutes, out.returned_by, out.received_by_name) == (20, "Budi", "Meja depan")
    assert refused(take_back, out, by="Budi", now=back, **{**how, "version": again(one).version}) == (
        "creative.handover.back")
    found = record_of("KOMUNITAS GIM", back)
    assert (found.dates, found.late, found.late_minutes, found.damage) == (1, 1, 20, 1)
    with pytest.raises(Exception, match=r"never changed|permission denied"), transaction.atomic():
        type(out).objects.update(handed_to="lain")


def test_who_does_not_come_frees_the_space_after_the_grace_time(spaces):
    one = confirmed()
    early, late = DAY + timedelta(minutes=29), DAY + timedelta(minutes=30)
    assert refused(mark_no_show, one, 1, version=one.version, actor=DESK, now=early) == "creative.no_show.early"
    one = mark_no_show(one, 1, version=one.version, actor=DESK, now=late)
    assert (one.dates.get().state, Occupancy.objects.count()) == ("no_show", 0)
    assert one.dates.get().ends_at == DAY + timedelta(hours=2)  # what was planned stays
    walk_in = file_booking(wish("studio-1", hours(1, 2)), actor=DESK, now=late, today=DAY.date())
    assert walk_in.dates.get().state == "held"
    assert record_of("Komunitas gim", late).no_shows == 1


def test_time_given_back_is_free_at_once(spaces):
    one = confirmed("studio-1", hours(0, 3))
    one = release_date(one, 1, version=one.version, actor=SEEN, now=DAY + timedelta(minutes=60, seconds=10))
    assert BookingDate.objects.get().ends_at == DAY + timedelta(minutes=61)
    assert Occupancy.objects.get().during.upper == DAY + timedelta(minutes=61)
    assert refused(release_date, one, 1, version=one.version, actor=SEEN, now=DAY + timedelta(minutes=60)) == (
        "creative.release.over")
    coming = confirmed("studio-2", hours(0, 3))
    assert release_date(coming, 1, version=coming.version, actor=SEEN, now=NOW).state == "cancelled"
    assert Occupancy.objects.count() == 1


def test_an_inbox_costs_the_same_with_one_booking_and_with_many(spaces, django_assert_num_queries):
    def cost() -> int:
        before = len(connection.queries_log)
        connection.force_debug_cursor = True
        list(inbox_of("open", today=TODAY, now=NOW)[:25])
        waiting_counts(TODAY, NOW)
        connection.force_debug_cursor = False
        return len(connection.queries_log) - before

    file("studio-1", hours(0, 1))
    one = cost()
    for day in range(1, 12):
        file("studio-1", hours(0, 1, day=day))
    assert cost() == one
