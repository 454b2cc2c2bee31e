"""A stage of its own for a play: a folder, settings, a simulator that is served, and a bot as a child process."""
