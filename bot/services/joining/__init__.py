"""Joining: who says he is whom on the roster, what he said of himself, and the phone that holds his number."""
