"""A story written down: recorded from what hands did, read from a file, and played again exactly."""
