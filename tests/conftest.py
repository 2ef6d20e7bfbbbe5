"""What holds for all tests: the width of what is printed, and the profiles of hypothesis.

`dev` is quick, `ci` repeats itself, `nightly` digs (HYPOTHESIS_PROFILE=nightly), `mutants` tells that
something fails and seeks nothing smaller.
"""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, Phase, settings

from tests.kit.postgres import Databases, cluster

os.environ.pop("COLUMNS", None)  # a runner of tests in parallel sets it to its own width
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # each of the many recon processes would compile all of it again

SLOW_MACHINE = [HealthCheck.too_slow]

settings.register_profile("dev", max_examples=30, deadline=None, suppress_health_check=SLOW_MACHINE)
settings.register_profile("ci", max_examples=25, deadline=None, derandomize=True, suppress_health_check=SLOW_MACHINE)
settings.register_profile("mutants", settings.get_profile("ci"), phases=[Phase.explicit, Phase.generate], database=None)
settings.register_profile("nightly", max_examples=2000, deadline=None, suppress_health_check=SLOW_MACHINE)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))


def pytest_report_header():
    """Say which real parts the tests find: what is absent is skipped, each with its reason."""
    from tests.kit.places import real_parts

    return f"real parts: {', '.join(f'{name}: {where}' for name, where in real_parts().items())}"


@pytest.fixture(scope="session")
def databases():
    """A PostgreSQL of our own that makes databases."""
    with cluster() as address:
        yield Databases(address)


@pytest.fixture
def place(tmp_path):
    """Where a store can be made."""
    from recon.store.folder import Folder

    return Folder(tmp_path / "store")


@pytest.fixture
def store(place):
    """An empty store."""
    from recon.store.store import Store
    from tests.kit.live import MASTER

    one = Store.init(place, MASTER)
    yield one
    one.close()
