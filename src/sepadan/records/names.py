"""Plain words of the records: roles and what they may do, states of background work, channels of payment."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """What a person is in one region. The same person may be something else in another."""

    REGION_ADMIN = "region_admin"
    TAX_OFFICER = "tax_officer"
    TAX_APPROVER = "tax_approver"
    CREATIVE_OFFICER = "creative_officer"
    CREATIVE_APPROVER = "creative_approver"
    WASTE_OFFICER = "waste_officer"
    WASTE_APPROVER = "waste_approver"
    AUDITOR = "auditor"
    VISITOR = "visitor"


class Language(StrEnum):
    INDONESIAN = "id"
    ENGLISH = "en"
