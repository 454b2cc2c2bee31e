"""Letters: what people tell, whose desk it lies on, and how its writer is named there."""
