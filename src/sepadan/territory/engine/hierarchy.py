"""A table of kelurahan and desa read from CSV: every row checked, every fault told with its line and remedy.

The table holds one row for each kelurahan or desa of one region: ``code`` and ``name``, the kecamatan by ``district``
(``district_code`` if given must agree with the code), and where known ``postal_code``, ``status`` (kelurahan or desa),
``lat`` and ``lon`` of a point inside the area (WGS84 degrees). Comma or semicolon separate. A blank means *not stated*,
never *none*. Coordinates are exact decimals, rounded to five places (about a metre). Nothing is stored here.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from statistics import median

from sepadan.ground.messages import message
from sepadan.ground.problems import Problem, problem
from sepadan.territory.engine.codes import dotted, kecamatan_of, kind_of, level_of, region_of
from sepadan.territory.names import Level, VillageKind

NEEDED = ("code", "name")
KNOWN = ("code", "name", "district_code", "district", "postal_code", "status", "lat", "lon")
SOUTH, NORTH = Decimal("-11.2"), Decimal("6.3")
WEST, EAST = Decimal("94.7"), Decimal("141.1")
LONGEST_NAME = 80
FAR_DEGREES = 6  # farther than this from the middle of its region, a point is a slip of the pen
_STEP = Decimal("0.00001")
Fault = Callable[..., None]


@dataclass(frozen=True, slots=True)
class Village:
    """One row, checked. ``district`` is the name of the kecamatan, None where the table does not state it."""

    code: str
    name: str
    district: str | None
    postal_code: str | None
    lat: Decimal | None
    lon: Decimal | None
    line: int

    @property
    def kecamatan(self) -> str:
        return kecamatan_of(self.code)

    @property
    def kind(self) -> VillageKind:
        return kind_of(self.code)


@dataclass(frozen=True, slots=True)
class Reading:
    """What a table holds: good rows, faults, and columns that nobody reads."""

    villages: tuple[Village, ...]
    problems: tuple[Problem, ...]
    ignored: tuple[str, ...] = ()


def read_villages(text: str, region: str, *, file_name: str) -> Reading:
    """Check the table *text* for *region* ("35.73"). A table that cannot be read at all has one problem and no row."""
    text = text.removeprefix("\ufeff")
    if not text.strip():
        return _empty(file_name)
    head = text.lstrip("\r\n").splitlines()[0]
    delimiter = ";" if head.count(";") > head.count(",") else ","
    reader = csv.reader(io.StringIO(text), delimiter=delimiter, strict=True)
    try:
        rows = [(reader.line_num, row) for row in reader if any(cell.strip() for cell in row)]
    except csv.Error as error:
        slip = message(f"territory.import.csv.{_slip(str(error))}")
        return Reading((), (problem("territory.import.no_csv", where=f"{file_name}:{reader.line_num}",
                                    remedy="territory.import.no_csv.remedy", reason=slip),))
    columns = [name.strip().lower() for name in rows[0][1]]
    faults = _faults_of_head(columns, file_name)
    if faults:
        return Reading((), tuple(faults))
    if len(rows) == 1:
        return _empty(file_name)
    villages: list[Village] = []
    for line, row in rows[1:]:
        where = f"{file_name}:{line}"
        if len(row) != len(columns):
            faults.append(problem("territory.import.fields", where=where, remedy="territory.import.fields.remedy",
                                  count=len(row), expected=len(columns)))
            continue
        cells = {name: cell.strip() for name, cell in zip(columns, row, strict=True)}
        found, wrong = _village(cells, region, line, where)
        faults += wrong
        if found is not None:
            villages.append(found)
    good, wrong = _as_a_whole(villages, file_name)
    ignored = tuple(name for name in columns if name not in KNOWN)
    return Reading(tuple(sorted(good, key=lambda v: v.code)), (*faults, *wrong), ignored)


def _slip(text: str) -> str:
    """The key for what the reader of CSV says."""
    return "long" if "limit" in text else "end" if "end of data" in text else "quote"


def _empty(file_name: str) -> Reading:
    return Reading((), (problem("territory.import.empty", where=file_name, remedy="territory.import.empty.remedy"),))


def _faults_of_head(columns: list[str], file_name: str) -> list[Problem]:
    where = f"{file_name}:1"
    absent = [name for name in NEEDED if name not in columns]
    if absent:
        return [problem("territory.import.column_missing", where=where, remedy="territory.import.column_missing.remedy",
                        columns=", ".join(absent), found=", ".join(columns) or "-", known=", ".join(KNOWN))]
    twice = sorted({name for name in columns if name in KNOWN and columns.count(name) > 1})
    if twice:
        return [problem("territory.import.column_twice", where=where, remedy="territory.import.column_twice.remedy",
                        columns=", ".join(twice))]
    return []


def _village(cells: Mapping[str, str], region: str, line: int, where: str) -> tuple[Village | None, list[Problem]]:
    """One row as a village, or all that is wrong with it."""
    code, name = dotted(cells["code"]), cells["name"]
    if level_of(code) is not Level.KELURAHAN:
        return None, [problem("territory.import.code", where=where, remedy="territory.import.code.remedy",
                              code=cells["code"])]
    faults: list[Problem] = []

    def fault(key: str, **params: object) -> None:
        faults.append(problem(f"territory.import.{key}", where=where, remedy=f"territory.import.{key}.remedy",
                              code=code, **params))

    if region_of(code) != region:
        fault("other_region", region=region, other=region_of(code))
    if not name:
        fault("no_name")
    for column in ("name", "district"):
        if not _is_name(cells.get(column, "")):
            plain = "".join(one if one.isprintable() else "?" for one in cells[column][:40])
            fault("name_form", column=column, most=LONGEST_NAME, text=plain)
    district_code = dotted(cells.get("district_code", ""))
    if district_code and district_code != kecamatan_of(code):
        fault("district_code", district_code=district_code, expected=kecamatan_of(code))
    status = cells.get("status", "").lower()
    if status and status != kind_of(code):
        fault("status", status=status, expected=kind_of(code).value)
    postal = cells.get("postal_code", "")
    if postal and not (len(postal) == 5 and postal.isascii() and postal.isdigit()):
        fault("postal_code", postal_code=postal)
    lat, lon = _point(cells.get("lat", ""), cells.get("lon", ""), fault)
    if faults:
        return None, faults
    return Village(code, name, cells.get("district") or None, postal or None, lat, lon, line), []


def _is_name(text: str) -> bool:
    return len(text) <= LONGEST_NAME and text.isprintable()


def _point(lat_text: str, lon_text: str, fault: Fault) -> tuple[Decimal | None, Decimal | None]:
    if not lat_text and not lon_text:
        return None, None
    if not lat_text or not lon_text:
        fault("half_point", given="lat" if lat_text else "lon", absent="lon" if lat_text else "lat")
        return None, None
    lat, lon = _decimal(lat_text), _decimal(lon_text)
    if lat is None or lon is None:
        fault("no_number", text=lat_text if lat is None else lon_text)
    elif SOUTH <= lon <= NORTH and WEST <= lat <= EAST:
        fault("swapped", lat=lat, lon=lon)
    elif not (SOUTH <= lat <= NORTH and WEST <= lon <= EAST):
        fault("elsewhere", lat=lat, lon=lon)
    else:
        return lat.quantize(_STEP), lon.quantize(_STEP)
    return None, None


def _decimal(text: str) -> Decimal | None:
    try:
        value = Decimal(text.replace(",", ".", 1))
    except InvalidOperation:
        return None
    return value if value.is_finite() else None


def _as_a_whole(villages: Iterable[Village], file_name: str) -> tuple[list[Village], list[Problem]]:
    """Faults that no single row shows: a code twice, a kecamatan with two names, a point far from the others."""
    rows = list(villages)
    first: dict[str, Village] = {}
    names: dict[str, tuple[str, int]] = {}
    faults, bad = [], set()
    placed = [(v.lat, v.lon) for v in rows if v.lat is not None and v.lon is not None]
    middle = (median(lat for lat, _ in placed), median(lon for _, lon in placed)) if placed else None

    def fault(village: Village, key: str, **params: object) -> None:
        bad.add(village.line)
        faults.append(problem(f"territory.import.{key}", where=f"{file_name}:{village.line}",
                              remedy=f"territory.import.{key}.remedy", code=village.code, **params))

    for village in rows:
        if village.code in first:
            fault(village, "twice", line=first[village.code].line)
        first.setdefault(village.code, village)
        if village.district:
            known, line = names.setdefault(village.kecamatan, (village.district, village.line))
            if known != village.district:
                fault(village, "two_names", district=village.district, other=known, line=line,
                      kecamatan=village.kecamatan)
        if middle and village.lat is not None and village.lon is not None and \
                max(abs(village.lat - middle[0]), abs(village.lon - middle[1])) > FAR_DEGREES:
            fault(village, "far", lat=village.lat, lon=village.lon, degrees=FAR_DEGREES)
    return [v for v in rows if v.line not in bad], faults
