"""A format is one file and one row of the register."""

from __future__ import annotations

from recon import result_tables
from recon.report import write_reports
from recon.report.formats import register
from recon.report.formats.register import Format, format_names
from tests.kit.small import FINDING, IBAN, frame, small


class Toy:
    """Writes how many rows of each frame came, and the message of each discrepancy."""

    def __init__(self, folder):
        self.path, self.lines = folder / "report.toy", []

    def add(self, frames):
        self.lines += [f"{name} {frame.height}" for name, frame in frames.items()]
        self.lines += frames["discrepancies"]["message"].to_list()

    def close(self, outcome, fail_on):
        self.lines.append(f"{outcome.rules.path.name} {fail_on}")
        self.path.write_text("\n".join(self.lines))

    def abandon(self):
        self.lines.clear()


def test_a_toy_format_is_one_row(tmp_path, monkeypatch):
    monkeypatch.setattr(register, "FORMATS", (*register.FORMATS, Format("toy", streams=True, write=Toy)))
    found = frame(result_tables.DISCREPANCIES, FINDING | {"message": f"pay to {IBAN}"})
    write_reports(small(discrepancies=found), tmp_path / "out", ["toy", "json"], fail_on="review")
    written = (tmp_path / "out" / "report.toy").read_text().splitlines()
    assert format_names()[-1] == "toy"
    assert (written[0], written[-1]) == ("discrepancies 1", f"{small().rules.path.name} review")
    assert [line for line in written if line.startswith("pay to")] == ["pay to DE** **** 3000"]


def test_every_format_has_a_name_of_its_own():
    assert len(set(format_names())) == len(format_names())
