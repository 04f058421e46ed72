"""The fake model of the tests of batches and the program that runs it, for tests that stand here."""

from __future__ import annotations

from tests.experiments.conftest import fake_model, program

__all__ = ["fake_model", "program"]
