"""A made-up program of any size, filled in bulk by SQL: for trying pages and reports at scale.

Nobody here has a real photo or a real past: each row is computed from its number, the same on
every machine. Past check-ins carry no draw number, so no audit takes them for real draws.
"""

from smartlink.demo.crowd.fill import DETAIL_DAYS, fill

__all__ = ["DETAIL_DAYS", "fill"]
