"""Who may see or change an object, a taxpayer or a zone of the register. The getters here are the only way to one.

Reading needs ``tax.read`` in the region, changing ``tax.write``. What is not there and what is not for this person look
the same (404).
"""

from __future__ import annotations

from typing import Any

from django.http import Http404

from sepadan.records.public import permitted
from sepadan.tax.models import LandZone, RegionClassTable, RegisterObject, Roll, Sale, Taxpayer
from sepadan.tax.models.register_people import TaxpayerMerge, TaxpayerParting
from sepadan.tax.names import RollState
from sepadan.tax.queries.register import find_object
from sepadan.territory.public import Region


def object_for(person: Any, region: Region, nop: str, *, action: str = "tax.read") -> RegisterObject:
    """The object with these 18 digits."""
    found = find_object(nop) if permitted(person, region, action) and len(nop) == 18 and nop.isascii() else None
    if found is None:
        raise Http404
    return found


def zone_for(person: Any, region: Region, zone_id: int, *, action: str = "tax.read") -> LandZone:
    """A zone of land value with its place and kelurahan."""
    zones = LandZone.objects.select_related("place__kelurahan__kecamatan")
    found = zones.filter(pk=zone_id).first() if permitted(person, region, action) else None
    if found is None:
        raise Http404
    return found


def frozen_for(person: Any, region: Region, roll_id: int) -> Roll:
    """A roll that was frozen from the register."""
    found = Roll.objects.filter(pk=roll_id, state=RollState.READY.value).first() \
        if permitted(person, region, "tax.read") else None
    if found is None:
        raise Http404
    return found


def sale_for(person: Any, region: Region, sale_id: int) -> Sale:
    """A comparable that the person may withdraw."""
    sales = Sale.objects.select_related("zone")
    found = sales.filter(pk=sale_id).first() if permitted(person, region, "tax.write") else None
    if found is None:
        raise Http404
    return found


def taxpayer_for(person: Any, region: Region, key: int, *, action: str = "tax.read") -> Taxpayer:
    """An entry of a taxpayer."""
    found = Taxpayer.objects.filter(pk=key).first() if permitted(person, region, action) else None
    if found is None:
        raise Http404
    return found


def merge_for(person: Any, region: Region, key: int) -> TaxpayerMerge:
    """A merge that the person may decide."""
    merges = TaxpayerMerge.objects.select_related("kept", "dropped")
    found = merges.filter(pk=key).first() if permitted(person, region, "tax.approve") else None
    if found is None:
        raise Http404
    return found


def merge_to_part(person: Any, region: Region, key: int) -> TaxpayerMerge:
    """A merge of which the person may propose that it be parted."""
    merges = TaxpayerMerge.objects.select_related("kept", "dropped")
    found = merges.filter(pk=key).first() if permitted(person, region, "tax.write") else None
    if found is None:
        raise Http404
    return found


def parting_for(person: Any, region: Region, key: int) -> TaxpayerParting:
    """The parting of a merge that the person may decide."""
    partings = TaxpayerParting.objects.select_related("merge__kept", "merge__dropped")
    found = partings.filter(pk=key).first() if permitted(person, region, "tax.approve") else None
    if found is None:
        raise Http404
    return found


def class_table_for(person: Any, region: Region, key: int, *, action: str = "tax.read") -> RegionClassTable:
    """A class table of the region, in force or not."""
    found = RegionClassTable.objects.filter(pk=key).first() if permitted(person, region, action) else None
    if found is None:
        raise Http404
    return found
