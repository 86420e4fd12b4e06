"""``python -m sandbox.tryton.warehouse --port P --erp URL --db NAME --credentials FILE``."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from werkzeug.serving import run_simple

from sandbox.tryton.day import company_today
from sandbox.tryton.warehouse.app import create_app
from sandbox.tryton.warehouse.rpc import ErpClient


def main() -> None:
    """Serve the page until the process is ended."""
    parser = argparse.ArgumentParser(prog="python -m sandbox.tryton.warehouse", description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--erp", required=True, help="address of the ERP, without the database")
    parser.add_argument("--db", required=True)
    parser.add_argument("--credentials", type=Path, required=True, help="the ERP's credentials file")
    parser.add_argument("--user", default="sklad", help="whose login and password in that file")
    options = parser.parse_args()
    user = json.loads(options.credentials.read_text())["users"][options.user]
    erp = ErpClient(options.erp.rstrip("/"), options.db, user["login"], user["password"])
    run_simple(options.host, options.port, create_app(erp, company_today), threaded=True)


if __name__ == "__main__":
    main()
