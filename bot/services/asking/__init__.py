"""What people ask in vain: what of it is kept, and the list of whoever answers."""
