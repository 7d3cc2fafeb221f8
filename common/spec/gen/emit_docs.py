"""Not written yet."""
from .model import Spec


def emit_docs(spec: Spec) -> dict:
    raise NotImplementedError
