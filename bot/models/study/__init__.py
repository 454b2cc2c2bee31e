"""Learning: questions put and what came of them, what is held, exams, contests, and what was read."""
