"""Who may see what was taken over and act on it. The getters here are the only way to a claim or a proposal.

Whoever reads at the tax desk sees them; proposing needs ``tax.write``, deciding ``tax.approve``. Else 404.
"""

from __future__ import annotations

from typing import Any

from django.http import Http404

from sepadan.records.public import permitted
from sepadan.tax.models import Claim, OpeningProposal
from sepadan.tax.queries.opening import inherited_claims, proposals
from sepadan.territory.public import Region


def claim_for(person: Any, region: Region, claim_id: int, *, action: str = "tax.read") -> Claim:
    """An inherited receivable."""
    found = inherited_claims().filter(pk=claim_id).first() if permitted(person, region, action) else None
    if found is None:
        raise Http404
    return found


def proposal_for(person: Any, region: Region, proposal_id: int, *, action: str = "tax.read") -> OpeningProposal:
    found = proposals().filter(pk=proposal_id).first() if permitted(person, region, action) else None
    if found is None:
        raise Http404
    return found
