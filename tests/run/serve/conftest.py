"""A receiver for a module's tests, and the environment that its rules need."""

from __future__ import annotations

import pytest

pytest.importorskip("uvicorn")
pytest.importorskip("cryptography")

from tests.kit.service import environment, made, served


@pytest.fixture(scope="module")
def env():
    with pytest.MonkeyPatch.context() as patch:
        for name, value in environment().items():
            patch.setenv(name, value)
        yield


@pytest.fixture(scope="module")
def service(env, tmp_path_factory):
    with served(made(tmp_path_factory.mktemp("service"))) as one:
        yield one
