"""Fitting parameters to the record of January 2012 to a cut-off, by approximate Bayesian computation.

A reference table of runs, all drawn parameters varying at once, is compared with the record through moments. What moments
say of each parameter is learned from the table itself (Fearnhead and Prangle 2012); runs nearest to the record are kept and
adjusted (Beaumont, Zhang and Balding 2002). Parameters of which the moments say nothing keep their priors, and are named.
"""
