"""The outside of a process of ours, far away: what `container` is given in place of the real adapters."""

from __future__ import annotations

from typing import Any, cast

from backend.bootstrap import Outside
from backend.ports.crm import CrmOutcomeUnknown, CrmUnavailable
from backend.ports.erp import ErpOutcomeUnknown, ErpPort, ErpUnavailable
from backend.proofs.crm import OneCrm
from backend.proofs.office import OneErp
from backend.proofs.outside.line import Far, Line

ADDRESS_VARIABLE = "PROOF_OUTSIDE"


def far_outside(address: str) -> Outside:
    """ERP and CRM at the desk that listens at `address`."""
    line = Line(address)
    erp = Far(line, "erp", ErpUnavailable, ErpOutcomeUnknown)
    crm = Far(line, "crm", CrmUnavailable, CrmOutcomeUnknown)
    return Outside(OneErp(cast(ErpPort, erp)), OneCrm(cast(Any, crm)))
