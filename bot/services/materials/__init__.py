"""自编材料: what the mine writes itself, from draft through its reviews to the shelf, and what may be asked today."""
