"""A mine of three thousand on rotating crews lives through two weeks of the clock: who is sent what, when, and how often."""
