"""What holds for all tests: the width of what is printed, and the profiles of hypothesis.

`dev` is quick, `ci` repeats itself, `nightly` digs (HYPOTHESIS_PROFILE=nightly).
"""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

os.environ.pop("COLUMNS", None)  # a runner of tests in parallel sets it to its own width

SLOW_MACHINE = [HealthCheck.too_slow]

settings.register_profile("dev", max_examples=30, deadline=None, suppress_health_check=SLOW_MACHINE)
settings.register_profile("ci", max_examples=25, deadline=None, derandomize=True, suppress_health_check=SLOW_MACHINE)
settings.register_profile("nightly", max_examples=2000, deadline=None, suppress_health_check=SLOW_MACHINE)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))
