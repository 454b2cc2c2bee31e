"""Whether all is well: two probes for machines that ask, and counts for those that draw curves."""

from bot.health import metrics, probes

__all__ = ["metrics", "probes"]
