"""Spreadsheets, read and written the same way for whoever needs one."""
