"""Validation: one small rule a problem."""

from designer.checks import rules as rules
from designer.checks.model import Fix, FixEdit, Problem, Severity
from designer.checks.registry import CHECKS, Check
from designer.checks.running import apply_fix, run, silence

__all__ = ["CHECKS", "Check", "Fix", "FixEdit", "Problem", "Severity", "apply_fix", "run", "silence"]
