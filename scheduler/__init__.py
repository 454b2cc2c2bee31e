"""What happens without anybody speaking first, a file per feature."""

from scheduler import retention

JOBS = (retention.purge,)
