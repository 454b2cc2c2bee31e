"""What happens without anybody speaking first, a file per feature."""

from scheduler import audience, retention

JOBS = (audience.refresh, retention.purge)
