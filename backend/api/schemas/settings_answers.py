"""The settings page's answers as the documentation tells them."""

from __future__ import annotations

from marshmallow import fields

from backend.api.schemas.answers import Named, Trouble, free, many, maybe, number, one, shape, text, yes
from backend.api.schemas.settings import RulesBody

Report = shape(
    "ConnectionReport",
    system=text(),
    version=text(),
    company=text(),
    currency=text(),
    missing=many(shape("MissingRight", code=text(), detail=text())),
)
ConnectionTried = shape("ConnectionTried", ok=yes(), report=one(Report, null=True), error=one(Trouble, null=True))
System = shape(
    "System",
    system=text(),
    title=text(),
    fields=many(shape("ConnectionField", name=text(), kind=text("text, url, password"), secret=yes(), required=yes())),
)
SavedConnection = shape(
    "SavedConnection",
    system=text(),
    values=free(),
    secrets_set=fields.List(fields.String(), required=True),
    report=one(Report, null=True),
    checked_at=maybe(),
)
Stage = shape("Stage", id=number(), name=text(), color=maybe())
SetupStep = shape(
    "SetupStep",
    step=text(),
    state=text("waiting, running, done, failed"),
    done=number(null=True),
    of=number(null=True),
    error=maybe(),
)
Settings = shape(
    "Settings",
    account=one(shape("SettingsAccount", id=number(), name=text(), state=text())),
    systems=many(System),
    connection=one(SavedConnection, null=True),
    warehouses=many(Named, null=True),
    price_types=many(Named, null=True),
    problem=one(Trouble, null=True),
    users=many(shape("CrmUser", id=number(), name=text(), is_admin=yes(), is_active=yes())),
    pipelines=many(shape("Pipeline", id=number(), name=text(), stages=many(Stage))),
    rules=one(RulesBody),
    erp_hook_url=text("what the ERP may call when orders change"),
    setup=one(shape("Setup", state=text("none, running, done, failed"), steps=many(SetupStep))),
)
