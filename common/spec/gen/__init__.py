"""Modules of common/spec/gen.py: model, parse, check, and one emitter per kind of output."""
