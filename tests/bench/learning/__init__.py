"""Three ways to practise, the same questions a day: what three hundred made-up miners still know after 120 days."""
