"""The rules, a file per feature: plain functions of a session and the time; no web, no commit, no clock."""
