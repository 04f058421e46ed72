"""Planted bugs: what the suite must notice, and the program that shows that it does."""
