"""The roster: a spreadsheet read, checked line by line, taken in whole, and written out again."""
