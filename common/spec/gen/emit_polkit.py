"""Not written yet."""
from .model import Spec


def emit_polkit(spec: Spec) -> dict:
    raise NotImplementedError
