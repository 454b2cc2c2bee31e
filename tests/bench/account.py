"""The account every server of a benchmark answers for. Imports nothing of ours, so that a peer carries none of it."""

from __future__ import annotations

ACCOUNT = "gh_0123456789ab"
APP_ID = "wx1234567890abcdef"
TOKEN = "benchtoken"
AES_KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
FOLDER = "BENCH_FOLDER"
"""The environment variable that tells a peer where its database is."""
