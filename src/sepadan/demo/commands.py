"""``sepadan demo``: synthetic rolls of real size and accounts to try the product with. Nothing here is about anyone."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click
from django.utils.translation import get_language

from sepadan.demo.engine.plan import Plan
from sepadan.demo.plans import PLANNED, read_plan
from sepadan.demo.public import account_lines
from sepadan.demo.services.bank import BankClient, play
from sepadan.demo.services.bank_day import MOST as MOST_BILLS
from sepadan.demo.services.bank_day import example_partner, payable_numbers
from sepadan.demo.services.centre import ensure_centre
from sepadan.demo.services.centre_desk import ensure_desk_work
from sepadan.demo.services.centre_doors import ensure_doors
from sepadan.demo.services.centre_events import ensure_events
from sepadan.demo.services.centre_fairness import ensure_fairness
from sepadan.demo.services.centre_months import ensure_months
from sepadan.demo.services.office import LoadedOffice, load_office, office_work
from sepadan.demo.services.people import ensure_accounts
from sepadan.demo.services.rolls import Loaded, load_roll
from sepadan.demo.services.waiting import line_of
from sepadan.demo.services.years import PARTS, LoadedYears, load_years, ready_years, years_work
from sepadan.ground.figures import Language
from sepadan.ground.messages import Message, render
from sepadan.ground.problems import refuse
from sepadan.records.public import Work, now, region_scope, today
from sepadan.tax.public import Roll, loading_work, ready_rolls
from sepadan.territory.public import Region, region_of_code

WIDTH = 24
ALL_YEARS = 5


def language() -> Language:
    """The language that the command line activated."""
    return "id" if get_language() == "id" else "en"


@click.group(epilog="""\b
Examples:
  sepadan demo load --small
  sepadan demo load --region 35.73
  sepadan demo status --json
  sepadan demo accounts
  sepadan demo bank --server http://127.0.0.1:8000 --count 12
""")
def demo() -> None:
    """Synthetic rolls calibrated to published totals, and demo accounts."""


@demo.command()
@click.option("--region", "code", default="all", metavar="CODE|all", show_default=True, help="Which region's roll.")
@click.option("--small", is_flag=True, help="One object in fifty, for slow machines.")
@click.option("--seed", type=click.IntRange(0, 2**31 - 1), help="Another roll of the same kind (default: the plan's).")
@click.option("--rolls-only", is_flag=True, help="No example years, office or creative centre.")
@click.option("--json", "as_json", is_flag=True, help="Print the rolls as JSON.")
def load(code: str, small: bool, seed: int | None, rolls_only: bool, as_json: bool) -> None:
    """Make and load the rolls that are missing; what is there is left alone."""
    plans = [read_plan(one, small=small, seed=seed) for one in (PLANNED if code == "all" else (code,))]
    lang, loaded = language(), []
    for plan in plans:
        ensure_accounts(plan.region, now=now(), today=today())
    with line_of(plans, clock=now) as line:
        for plan in plans:
            bar = _Bar(lang)
            done = load_roll(plan, clock=now, told=line.telling(plan.region, bar.show))
            bar.close()
            loaded.append(done)
            if not as_json:
                for text in _lines(done, lang):
                    click.echo(text)
    if rolls_only:
        if as_json:
            click.echo(json.dumps([_as_json(one, None, None) for one in loaded], indent=2))
        return
    years = _load_years(plans, loaded, lang, quiet=as_json)
    offices = _load_offices(plans, loaded, lang, quiet=as_json)
    for plan in plans:
        made = ensure_centre(region_of_code(plan.region), now=now(), today=today(), past=60 if small else 365)
        if made and not as_json:
            click.echo(render("demo.centre.done", lang, {"count": made}))
        worked = ensure_desk_work(region_of_code(plan.region), now=now(), today=today())
        if worked and not as_json:
            click.echo(render("demo.desk.done", lang, {"count": worked}))
        came = ensure_events(region_of_code(plan.region), now=now(), today=today())
        if came and not as_json:
            click.echo(render("demo.events.done", lang, {"count": came}))
        issued = ensure_doors(region_of_code(plan.region), now=now(), today=today())
        if issued and not as_json:
            click.echo(render("demo.doors.done", lang, {"count": issued}))
        shared = ensure_fairness(region_of_code(plan.region), now=now(), today=today())
        if shared and not as_json:
            click.echo(render("demo.fairness.done", lang, {"count": shared}))
        closed = ensure_months(region_of_code(plan.region), now=now(), today=today())
        if closed and not as_json:
            click.echo(render("demo.months.done", lang, {"count": closed}))
    if as_json:
        click.echo(json.dumps([_as_json(one, *found) for one, *found in zip(loaded, years, offices, strict=True)],
                              indent=2))


def _load_years(plans: Sequence[Plan], loaded: Sequence[Loaded], lang: Language, *,
                quiet: bool) -> list[LoadedYears | None]:
    """The example years, behind all rolls: a study needs the rolls alone."""
    found = []
    for plan, one in zip(plans, loaded, strict=True):
        bar = _Bar(lang)
        years = load_years(plan, one.roll, clock=now, told=bar.show)
        bar.close()
        found.append(years)
        if years is not None and not quiet:
            key = "demo.years.there" if years.was_there else "demo.years.done"
            click.echo(render(key, lang, {"part": years.part, "first": str(years.years[0]),
                                          "last": str(years.years[-1]), "seconds": round(years.seconds)}))
    return found


def _load_offices(plans: Sequence[Plan], loaded: Sequence[Loaded], lang: Language, *,
                  quiet: bool) -> list[LoadedOffice | None]:
    """The example offices, behind the example years on which they rest."""
    found = []
    for plan, one in zip(plans, loaded, strict=True):
        bar = _Bar(lang)
        office = load_office(plan, one.roll, clock=now, told=bar.show)
        bar.close()
        found.append(office)
        if office is not None and not office.was_there and not quiet:
            click.echo(render("demo.office.done", lang, {"seconds": round(office.seconds)}))
    return found


@demo.command()
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
@click.pass_context
def status(ctx: click.Context, as_json: bool) -> None:
    """The synthetic rolls that are ready, and how far one is that is loading (exit 1 when a region has none)."""
    rows: list[dict[str, Any]] = []
    missing = False
    for code in PLANNED:
        region = Region.objects.filter(code=code).first()
        rolls, work = [], None
        if region is not None:
            with region_scope(region):
                rolls, work = [roll for roll in ready_rolls() if roll.synthetic and not roll.part], loading_work()
        missing = missing or not rolls
        years, years_loading = _years_of(region, rolls)
        office = None if region is None else office_work(region)
        rows.append({"region": code, "rolls": [_roll_json(roll) for roll in rolls],
                     "loading_percent": None if work is None else work.percent, "years": years,
                     "years_loading_percent": None if years_loading is None else years_loading.percent,
                     "office_loading_percent": None if office is None else office.percent})
        if not as_json:
            for roll in rolls:
                click.echo(f"{code}  {roll.label.text(language())}")
            if work is not None:
                click.echo(f"{code}  {work.percent} %  {work.message.text(language())}")
            if not rolls and work is None:
                click.echo(f"{code}  {render('demo.status.none', language())}")
            if code in PARTS and rolls:
                click.echo(f"{code}  " + render("demo.years.partly", language(), {
                    "part": PARTS[code], "ready": len(years), "all": ALL_YEARS}))
            for part in (years_loading, office):
                if part is not None:
                    click.echo(f"{code}  {part.percent} %  {part.message.text(language())}")
    if as_json:
        click.echo(json.dumps(rows, indent=2))
    ctx.exit(1 if missing else 0)


@demo.command()
def accounts() -> None:
    """Print the demo accounts with their passwords (as long as nobody has changed them)."""
    for line in account_lines(language()):
        click.echo(line)


accounts.needs_database = False  # type: ignore[attr-defined]


@demo.command()
@click.option("--region", "code", default="35.73", metavar="CODE", show_default=True, help="Whose bills are paid.")
@click.option("--server", default="http://127.0.0.1:8000", metavar="URL", show_default=True,
              help="The running server, on this machine.")
@click.option("--count", type=click.IntRange(1, MOST_BILLS), default=12, show_default=True, help="How many bills.")
@click.option("--seed", type=click.IntRange(0, 2**31 - 1), default=1, show_default=True, help="In which order.")
@click.option("--out", type=click.Path(dir_okay=False), help="Where the day's settlement file goes.")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
@click.pass_context
def bank(ctx: click.Context, code: str, server: str, count: int, seed: int, out: str | None, as_json: bool) -> None:
    """Play a bank at a running server: ask, pay, repeat, take back; then the settlement file (exit 1 on a surprise)."""
    lang, region = language(), region_of_code(code)
    with region_scope(region):
        partner, secret = example_partner(now())
        numbers = payable_numbers(partner, count, now())
    run = f"demo{now():%y%m%d%H%M%S}"
    teller = BankClient(server, code, partner.partner_id, secret, now, name=run, fee=partner.fee)
    try:
        scenes = play(teller, numbers, seed=seed)
    except OSError as error:
        raise refuse("demo.bank.no_server", where=server, remedy="demo.bank.no_server.remedy") from error
    finally:
        teller.close()
    file = Path(out or f"{run}.csv")
    if teller.paid:
        file.write_bytes(teller.settlement_file(run))
    surprises = [scene for scene in scenes if not scene.as_agreed]
    if as_json:
        click.echo(json.dumps({
            "bills": len(numbers), "messages": teller.sent, "paid": len(teller.paid), "surprises": len(surprises),
            "file": str(file) if teller.paid else None,
            "scenes": [{"what": one.name, "code": one.told.code, "as_agreed": one.as_agreed} for one in scenes]}))
    else:
        for one in scenes:
            mark = "  " if one.as_agreed else "! "
            click.echo(f"{mark}{render(f'demo.bank.scene.{one.name}', lang):<34} {one.told.code} {one.told.text}")
        click.echo(render("demo.bank.done", lang, {"bills": len(numbers), "messages": teller.sent,
                                                   "paid": len(teller.paid), "surprises": len(surprises)}))
        if teller.paid:
            click.echo(render("demo.bank.file", lang, {"file": str(file)}))
    ctx.exit(1 if surprises else 0)


def _years_of(region: Region | None, rolls: Sequence[Roll]) -> tuple[list[int], Work | None]:
    """The complete example years of the newest roll, and the work that loads the rest."""
    if region is None or not rolls:
        return [], None
    return list(ready_years(rolls[-1])), years_work(region)


def _lines(loaded: Loaded, lang: Language) -> list[str]:
    """What was loaded and how near the published figures it comes."""
    roll, figures = loaded.roll, loaded.roll.figures
    key = "demo.load.there" if loaded.was_there else "demo.load.done"
    lines = [render(key, lang, {"region": roll.region.name, "label": roll.label, "seconds": round(loaded.seconds)}),
             render("demo.load.total", lang, {"total": figures["total"], "target": figures["total_target"],
                                              "kind": render(f"demo.kind.{figures['total_kind']}", lang),
                                              "off": figures["total_off_percent"], "on": figures["law_on"]})]
    if figures["small_limit"] is not None:
        lines.append(render("demo.load.small", lang, {"limit": figures["small_limit"], "bills": figures["small_bills"],
                                                      "target": figures["small_target"]}))
    if figures["printed"] != roll.object_count:
        lines.append(render("demo.load.printed", lang, {"printed": figures["printed"], "objects": roll.object_count,
                                                        "rest": roll.object_count - figures["printed"]}))
    return [lines[0], *(f"  {line}" for line in lines[1:])]


def _roll_json(roll: Roll) -> dict[str, Any]:
    return {"tax_year": roll.tax_year, "version": roll.version, "synthetic": roll.synthetic,
            "objects": roll.object_count, "owners": roll.owner_count, "njop_total": roll.njop_total,
            "content_hash": roll.content_hash, "seed": roll.seed, "divisor": roll.divisor, "figures": roll.figures}


def _as_json(loaded: Loaded, years: LoadedYears | None, office: LoadedOffice | None) -> dict[str, Any]:
    of_years = None if years is None else {"part": years.part, "years": list(years.years),
                                           "was_there": years.was_there, "seconds": round(years.seconds, 1)}
    return {"region": loaded.roll.region.code, "was_there": loaded.was_there, "seconds": round(loaded.seconds, 1),
            **_roll_json(loaded.roll), "years": of_years,
            "office": None if office is None else {"was_there": office.was_there, "seconds": round(office.seconds, 1)}}


class _Bar:
    """A progress bar on a terminal; elsewhere a line whenever the work turns to something else."""

    def __init__(self, lang: Language):
        self.lang, self.live, self.open, self.said = lang, sys.stderr.isatty(), False, ""
        self.start = time.monotonic()

    def show(self, done: int, what: Message) -> None:
        text = what.text(self.lang)
        if self.live:
            bar = "#" * (WIDTH * done // 1000)
            click.echo(f"\r\x1b[K[{bar:.<{WIDTH}}] {done // 10:3d} %  {text}", err=True, nl=False)
            self.open = True
        elif text != self.said:
            click.echo(text, err=True)
        self.said = text

    def close(self) -> None:
        if self.open:
            click.echo(err=True)
