"""Stories of several people at once."""
