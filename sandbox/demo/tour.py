"""What to click."""

from __future__ import annotations

from pathlib import Path

from sandbox.demo.town import Addresses


def tour(at: Addresses, credentials: Path) -> str:
    """Addresses and five steps, as text for a terminal. `credentials`: the file with the ERP's logins."""
    return f"""\
CRM        {at.crm}             backend    {at.backend} (API page: /docs)
ERP        {at.erp}             warehouse  {at.warehouse}

1. {at.crm}/amo-market — as Сергей Администратор install the widget, open its settings page,
   connect Tryton ({at.erp}, database erp; login and password: {credentials},
   user stockgate), choose Ольга Белова as supervisor, run the set-up.
2. {at.crm}/leads/detail/20501 — as Анна Смирнова see what is there and what comes when; place the order.
3. {at.crm}/leads/detail/20502 — ten panels, six there: try a remedy, or ask for approval with a reason;
   switch to Ольга Белова and decide.
4. {at.crm}/leads/detail/20503 — an unknown product, half a socket and a wrong INN: nothing can be ordered.
5. {at.warehouse} — ship the order, receive a delivery, register a payment; the panel follows,
   invoice, УПД and ТОРГ-12 open with one click.

Ctrl-C stops everything. Begin anew: make demo ARGS="--reset"."""
