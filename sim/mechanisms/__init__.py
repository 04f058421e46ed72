"""Mechanisms: each file has pure equations on top and one ``step(world, moves, params, dice) -> world`` below.

A mechanism sees the World and the moves, writes only the arrays it owns, and imports no other mechanism.
"""
