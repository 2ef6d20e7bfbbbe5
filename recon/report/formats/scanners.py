"""Discrepancies as code scanners tell their findings: SARIF for GitHub and editors, Code Quality for GitLab."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from recon.codes import CODES, SEVERITIES
from recon.report.folder.manifest import version
from recon.report.formats.data import mask
from recon.report.formats.places import line_of, said
from recon.report.ranking import worst_first

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import PurePath

    import polars as pl

_LEVELS = dict(zip(SEVERITIES, ("note", "warning", "error"), strict=True))
_QUALITY = dict(zip(SEVERITIES, ("info", "major", "critical"), strict=True))
_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def sarif(discrepancies: pl.DataFrame, folder: PurePath) -> str:
    """Return a SARIF 2.1.0 log: a result a discrepancy, the worst first, at file and line where it stands in a text file."""
    found = mask(worst_first(discrepancies)).to_dicts()
    codes = sorted({finding["code"] for finding in found})
    rules = [
        {"id": code, "shortDescription": {"text": CODES[code].meaning if code in CODES else code}} for code in codes
    ]
    driver = {"name": "recon", "version": version(), "rules": rules}
    run = {"tool": {"driver": driver}, "results": [_result(finding, folder) for finding in found]}
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2, ensure_ascii=False)


def _result(finding: Mapping[str, Any], folder: PurePath) -> dict[str, Any]:
    result = {
        "ruleId": finding["code"],
        "level": _LEVELS.get(finding["severity"], "note"),
        "message": {"text": said(finding, folder) or finding["code"]},
        "partialFingerprints": {"subject": finding["subject_id"] or finding["discrepancy_id"] or ""},
    }
    if place := line_of(finding, folder):
        region = {"artifactLocation": {"uri": place[0]}, "region": {"startLine": place[1]}}
        result["locations"] = [{"physicalLocation": region}]
    return result


def gitlab(discrepancies: pl.DataFrame, folder: PurePath) -> str:
    """Return a Code Quality report. It has no finding without a place: one of no text file stands at its file's first line."""
    found = mask(worst_first(discrepancies)).to_dicts()
    return json.dumps([_degradation(finding, folder) for finding in found], indent=2, ensure_ascii=False)


def _degradation(finding: Mapping[str, Any], folder: PurePath) -> dict[str, Any]:
    path, line = line_of(finding, folder) or ((folder / (finding["source"] or "rules.yaml")).as_posix(), 1)
    return {
        "description": said(finding, folder) or finding["code"],
        "check_name": finding["code"],
        "fingerprint": finding["discrepancy_id"] or "",
        "severity": _QUALITY.get(finding["severity"], "info"),
        "location": {"path": path, "lines": {"begin": line}},
    }
