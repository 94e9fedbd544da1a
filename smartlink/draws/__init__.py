"""`/draws/`: the keys of the days, and everyone's means to check that draws were random."""
