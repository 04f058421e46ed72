import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))  # workers import batch_fakes by name

from batch_fixtures import fake_model, faults, program, undisturbed  # noqa: F401
