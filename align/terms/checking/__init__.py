"""The check: what a translation must keep of its source, and where it does not.

`units` runs each kind of check over the same units; every finding is made from the catalogue of
`align.terms.rules`.
"""

from align.terms.checking.units import SEVERITIES, CheckOptions, at_least, check_units

__all__ = ["SEVERITIES", "CheckOptions", "at_least", "check_units"]
