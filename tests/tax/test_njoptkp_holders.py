"""Who takes the NJOPTKP by the region's own table: an assessment follows it where the law leaves the choice open,
and every difference is told; what does not fit is passed over."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from tests.tax.test_assessment import FORM, NOW, _data, approved, malang, people, post  # noqa: F401
from tests.tax.test_rolls import columns, load

from sepadan.ground.columns import connect
from sepadan.records.public import Actor, region_scope
from sepadan.study.engine.tax_replay import Replay
from sepadan.study.services.region_rolls import roll_of
from sepadan.tax.models import AssessmentRun, Bill, ImportFile, NjoptkpHolder, RegisterImport, Taxpayer
from sepadan.tax.services import assessment_columns, holder_marks, what_if
from sepadan.tax.services.assessment import compute_run, draft_run
from sepadan.tax.services.assessment_rows import rows_behind
from sepadan.tax.services.imports import apply_import, map_places
from sepadan.tax.services.snapshots import ensure_snapshot
from sepadan.tax.views import what_if_shown
from sepadan.territory.models import Region
from sepadan.territory.public import key_of

from . import old_bills as old
from . import sismiop_files as files
from .test_imports import check, faults, receive

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])


def name_holder(npwpd: str, nop: str, year: int = 2025) -> None:
    NjoptkpHolder.objects.create(taxpayer=Taxpayer.objects.get(npwpd=npwpd), tax_year=year, nop=nop, recorded_at=NOW,
                                 entry=1)


def computed(region: Region, roll, actor: Actor) -> AssessmentRun:
    with region_scope(region):
        run = draft_run(roll, FORM, actor=actor, now=NOW)
        return compute_run(run, version=run.version, actor=actor, now=NOW)


def two_of_one_owner(given) -> tuple[str, int, int]:
    """Owner number 2 holds two objects: his number as the roll has it, and their places."""
    low, high = (int(k) for k in (given.owner == 2).nonzero()[0])
    assert given.njop[low] != given.njop[high]
    return "UJI00002", *((low, high) if given.njop[low] < given.njop[high] else (high, low))


def test_the_table_is_followed_where_the_law_leaves_the_choice_open_and_the_difference_is_told(
        malang, people):  # noqa: F811
    given = columns()
    roll = load(malang, given)
    owner, low, high = two_of_one_owner(given)
    with region_scope(malang):
        name_holder(owner, str(given.nop[low]))
        name_holder("UJI00001", str(given.nop[high]))  # an object of somebody else
    run = computed(malang, roll, people[0])
    found = run.report["anomalies"]
    assert found["njoptkp_elsewhere"] == {"objects": 1, "sample": [str(given.nop[low])], "followed": True}
    assert found["njoptkp_unfit"] == {"objects": 1, "sample": [str(given.nop[high])]}
    with region_scope(malang):
        for kind, place in (("njoptkp_elsewhere", low), ("njoptkp_unfit", high)):
            assert [row["nop"] for row in rows_behind(run, kind).rows] == [str(given.nop[place])]
    run = approved(malang, roll, people)
    post(malang, run, people[0])
    with region_scope(malang):
        taking = dict(Bill.objects.filter(taxpayer__npwpd=owner).values_list("nop", "takes_njoptkp"))
        assert taking == {str(given.nop[low]): True, str(given.nop[high]): False}
        assert Bill.objects.filter(takes_njoptkp=True).count() == given.owner_count  # everybody has one, nobody two
        first = Bill.objects.get(nop=str(given.nop[low]))
        assert first.deduction == min(10_000_000, first.njop)


def test_where_the_law_itself_chooses_the_table_is_compared_and_not_followed(malang, people, monkeypatch):  # noqa: F811
    given = columns()
    roll = load(malang, given)
    owner, low, high = two_of_one_owner(given)
    honest = assessment_columns.law_on

    def decreed(*arguments):
        law = honest(*arguments)
        bases = dict(law.rule.bases)
        bases["njoptkp_choice"] = replace(bases["njoptkp_choice"], kind="law", instrument="Perda uji", article="7")
        return replace(law, rule=replace(law.rule, bases=bases))

    monkeypatch.setattr(assessment_columns, "law_on", decreed)
    with region_scope(malang):
        name_holder(owner, str(given.nop[low]))
    run = computed(malang, roll, people[0])
    assert run.report["anomalies"]["njoptkp_elsewhere"] == {
        "objects": 1, "sample": [str(given.nop[low])], "followed": False}
    with region_scope(malang), assessment_columns.assessed_run(run) as (duck, _, _):
        taking = duck.execute("SELECT number FROM assessed WHERE takes_njoptkp").fetchnumpy()["number"].tolist()
    assert high + 1 in taking
    assert low + 1 not in taking


def test_another_year_or_a_row_that_was_superseded_says_nothing(malang, people):  # noqa: F811
    given = columns()
    roll = load(malang, given)
    owner, low, _ = two_of_one_owner(given)
    with region_scope(malang):
        name_holder(owner, str(given.nop[low]), 2024)
        name_holder(owner, str(given.nop[low]))
        NjoptkpHolder.objects.filter(tax_year=2025).update(superseded_at=NOW)
    assert "njoptkp_elsewhere" not in computed(malang, roll, people[0]).report["anomalies"]


def test_the_table_comes_in_with_its_register_and_a_new_row_takes_the_place_of_the_old(
        malang: Region, tmp_path: Path) -> None:  # noqa: F811
    with region_scope(malang):
        map_places({place: key_of(village) for place, village in zip(files.PLACES, files.VILLAGES, strict=True)},
                   actor=Actor("Ani"), now=NOW)
    register = files.write_all(tmp_path / "in", 8)  # object k belongs to subject k // 2
    holders = [old.holder(0, 0, 2026), old.holder(2, 0, 2025), old.holder(4, 2, 2026), old.holder(4, 3, 2026),
               old.holder(0, 0, 2026), old.holder(6, 9, 2026), old.holder(90, 1, 2026)]
    one = receive(malang, *register, *old.write(tmp_path / "holders", holders=holders))
    found = check(malang, one)["dat_subjek_pajak_njoptkp"]
    with region_scope(malang):
        assert {key: count for key, count in faults(one).items() if key[2] in ("double", "no_owner", "no_object")} == {
            ("dat_subjek_pajak_njoptkp", 6, "double"): 1, ("dat_subjek_pajak_njoptkp", 7, "no_owner"): 1,
            ("dat_subjek_pajak_njoptkp", 8, "no_object"): 1}
        assert found == {"new": 4, "changed": 0, "same": 0, "bad": 3}
        notes = RegisterImport.objects.get(pk=one).openings["notes"]
        assert notes == {"not_owner": 2, "two_subjects": 2}  # object 2 is subject 1's; 4 is named for 2 and 3
    apply_import(malang, one, actor=Actor("Ani"), clock=lambda: NOW, told=lambda stage: None)
    other = old.write(tmp_path / "other", holders=[old.holder(1, 0, 2026), old.holder(4, 2, 2026)])
    two = receive(malang, *other)
    assert check(malang, two)["dat_subjek_pajak_njoptkp"] == {"new": 0, "changed": 1, "same": 1, "bad": 0}
    apply_import(malang, two, actor=Actor("Ani"), clock=lambda: NOW, told=lambda stage: None)
    with region_scope(malang):
        assert not RegisterImport.objects.get(pk=two).has_opening  # no money moves: the run has its own approval
        rows = NjoptkpHolder.objects.filter(tax_year=2026, taxpayer__name="WAJIB PAJAK 0").order_by("id")
        assert [(row.nop, row.superseded_at) for row in rows] == [
            ("".join(files.nop(0)), NOW), ("".join(files.nop(1)), None)]
        assert ImportFile.objects.filter(register_import_id=two).count() == 1


def test_what_if_and_replay_put_the_njoptkp_where_an_assessment_does(malang, people):  # noqa: F811
    """The same law before and after over the same roll: what an assessment of it comes to, with and without the table;
    another table is another file, and a roll whose year it does not name is its plain snapshot."""
    given = columns()
    roll = load(malang, given)
    owner, low, high = two_of_one_owner(given)
    with region_scope(malang):
        assert (holder_marks.marks_hash(roll), holder_marks.marked_roll(roll).holders) == (roll.content_hash, None)
        name_holder("UJI00001", str(given.nop[high]))
        name_holder(owner, str(given.nop[high]), 2024)
        name_holder(owner, str(given.nop[low]))
    run = computed(malang, roll, people[0])
    with region_scope(malang):
        marked = holder_marks.marked_roll(roll)
        assert marked == holder_marks.marked_roll(roll)  # made once, then read
        assert marked.holders == holder_marks.HolderFacts(elsewhere=1, unfit=1, followed=True)
        assert marked.snapshot.content_hash == holder_marks.marks_hash(roll) != roll.content_hash
        tried = what_if.try_on_roll(FORM.law_on, {}, what_if.Against("law", on=FORM.law_on))
        assert tried.trial.revenue == tried.trial.revenue_before == run.control["payable"]
        with assessment_columns.assessed_run(run) as (duck, _, _):
            taking = duck.execute("SELECT number FROM assessed WHERE takes_njoptkp ORDER BY 1").fetchall()
            assert taking == duck.execute(f"SELECT object_id FROM {assessment_columns.source_of(marked.snapshot)} "
                                          "WHERE highest_of_owner ORDER BY 1").fetchall()
            assert ((low + 1,) in taking, (high + 1,) in taking) == (True, False)
        assert [one.text("id") for one in what_if_shown.holders_words(tried.holders)] == [
            "NJOPTKP menurut tabel daerah, seperti pada penetapan: 1 objek yang bukan ber-NJOP tertinggi "
            "mendapatkannya.", "1 baris tabel itu menyebut objek yang bukan milik wajib pajaknya; tidak diikuti."]
        assert what_if_shown.plain(tried)["njoptkp_table"] == {"elsewhere": 1, "unfit": 1, "followed": True}
    read = roll_of(malang)
    with connect() as duck:
        assert Replay(duck, read.columns).total(tried.draft.rule).payable == run.control["payable"]
    assert read.facts.content_hash == marked.snapshot.content_hash
    assert "kurang dari 10 objek" in read.facts.holders.text("id")  # of few objects no number leaves the region


def test_where_the_law_itself_chooses_what_if_and_replay_say_so_and_keep_the_plain_roll(malang, monkeypatch):  # noqa: F811
    given = columns()
    roll = load(malang, given)
    owner, low, _ = two_of_one_owner(given)
    monkeypatch.setattr(holder_marks, "_followed", lambda roll: False)
    with region_scope(malang):
        name_holder(owner, str(given.nop[low]))
        marked = holder_marks.marked_roll(roll)
        assert marked.holders == holder_marks.HolderFacts(elsewhere=1, unfit=0, followed=False)
        assert marked.snapshot.path == ensure_snapshot(roll).path
        assert what_if_shown.holders_words(marked.holders)[0].key == "tax.what_if.holders.not_followed"
    assert roll_of(malang).facts.holders.key == "study.doc.tax.holders.not_followed.few"
