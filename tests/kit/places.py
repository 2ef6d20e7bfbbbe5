"""Where the project is, and the data of others that lie beside it where they are there at all."""

from __future__ import annotations

import re
import shutil
from importlib.util import find_spec
from pathlib import Path

PROJECT = Path(__file__).parents[2]
SHARED = PROJECT.parent / "shared"


def real_parts() -> dict[str, str]:
    """Return the real parts that tests use where they are there, and what was found of each."""
    from tests.kit.postgres import find

    modules = {"Kafka": "confluent_kafka", "SQS": "moto", "Dask": "distributed", "Spark": "pysail"}
    found = {"PostgreSQL": find("initdb"), "Chromium": shutil.which("chromium")}
    found |= {name: module if find_spec(module) else None for name, module in modules.items()}
    return {name: where or "absent" for name, where in found.items()}


def headings(document: Path) -> set[str]:
    """Return the places of a page that a link may lead to, as GitHub names them: one a heading."""
    heads = re.findall(r"^#+ (.*)$", document.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", head.lower()).replace(" ", "-") for head in heads}
