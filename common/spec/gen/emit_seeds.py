"""Not written yet."""
from .model import Spec


def emit_seeds(spec: Spec) -> dict:
    raise NotImplementedError
