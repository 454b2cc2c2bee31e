"""Followers: who they are, what they wear, whom the account will not hear."""
