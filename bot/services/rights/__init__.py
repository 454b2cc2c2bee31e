"""What a person may ask of us: everything held of him, to be forgotten, and his number back from a stranger's phone."""
