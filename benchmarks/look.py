"""Pictures of the report: `python -m benchmarks.look [FOLDER]`.

The sample and a ledger of 24,000 lines are reconciled; the workbook is printed by LibreOffice, the page is shown by
Chromium at 1400 and 400 pixels. What is not installed is said and left out.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path

from benchmarks.ledger import write_ledger
from recon import load_rules, read_sources, reconcile, write_reports
from recon.shipped import shipped

LINES = 24_000
LONG = (
    "discrepancies", "invoices", "invoice_lines", "order_lines", "receipt_lines", "supplier_links", "rejects", "left_out",
)  # fmt: skip
ROWS_PRINTED = 150
"""Of each sheet: thousands of pages take LibreOffice an hour."""
MOST_PAGES = 60
AS_OF = date(2026, 12, 31)
OFFICE = ["soffice", "--headless", "--convert-to", "pdf", "--outdir"]
BROWSER = ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"]
SIZES = ("1400,1000", "400,900")


def main(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    sample, ledger = folder / "sample", folder / "ledger"
    shutil.copytree(str(shipped("sample_data")), sample)
    ledger.mkdir()
    write_ledger(LINES, ledger)
    for source in (sample, ledger):
        rules = load_rules(source / "rules.yaml")
        done = reconcile(read_sources(rules), rules, as_of=AS_OF)
        write_reports(done, source / "report", ["xlsx", "html", "json"])
        few = replace(done, **{name: getattr(done, name).head(ROWS_PRINTED) for name in LONG})
        write_reports(few, source / "few", ["xlsx"])
        _printed(source / "few" / "report.xlsx", source / "pictures")
        _shown(source / "report" / "report.html", source / "pictures")
        print(f"{source / 'pictures'}: {len(list((source / 'pictures').glob('*.png')))} pictures")


def _printed(book: Path, pictures: Path) -> None:
    pictures.mkdir(exist_ok=True)
    if shutil.which("soffice") is None or shutil.which("pdftoppm") is None:
        print("soffice or pdftoppm is not installed: the workbook is not printed")
        return
    own = f"-env:UserInstallation={(pictures / 'profile').resolve().as_uri()}"  # not that of an office that is open
    subprocess.run([*OFFICE, str(pictures), own, str(book)], check=True, capture_output=True)
    page = [
        "pdftoppm",
        "-png",
        "-r",
        "70",
        "-l",
        str(MOST_PAGES),
        str(pictures / "report.pdf"),
        str(pictures / "sheet"),
    ]
    subprocess.run(page, check=True)


def _shown(page: Path, pictures: Path) -> None:
    if shutil.which("chromium") is None:
        print("chromium is not installed: the page is not shown")
        return
    for size in SIZES:
        name = pictures / f"page-{size.split(',')[0]}.png"
        shot = [f"--window-size={size}", f"--screenshot={name}", page.resolve().as_uri()]
        subprocess.run([*BROWSER, *shot], check=True, capture_output=True)


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "build/look"))
