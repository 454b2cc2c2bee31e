"""What people say that a human being must hear: danger told of, and letters; who hears it, and how its writer is named."""
